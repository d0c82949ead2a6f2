using System.Globalization;
using PriorNas.Files;
using PriorNas.Randomness;

namespace PriorNas.Testing;

/// <summary>
/// Many inputs through one reader, on all cores: each is read or refused by <see cref="InputException"/>, and allocates no more than a
/// constant plus a multiple of its length.
/// </summary>
/// <param name="name">Of the reader; its random streams are split by it.</param>
/// <param name="constantBytes">What one call may allocate whatever its input.</param>
/// <param name="bytesPerItem">What it may allocate for each character or byte.</param>
internal sealed class ReaderTrial(string name, long constantBytes, long bytesPerItem)
{
    /// <summary>Inputs of one reader, 25,000 unless the environment variable PRIORNAS_FUZZ_CASES says otherwise.</summary>
    internal static int Cases { get; } = (int)Setting("PRIORNAS_FUZZ_CASES", 25_000);

    /// <summary>Of the inputs; 1 unless PRIORNAS_FUZZ_SEED says otherwise.</summary>
    internal static ulong Seed { get; } = Setting("PRIORNAS_FUZZ_SEED", 1);

    /// <summary>Runs the trial.</summary>
    /// <param name="draw">Makes an input.</param>
    /// <param name="length">Its length, in what <c>bytesPerItem</c> counts.</param>
    /// <param name="read">The reader; what it allocates is measured.</param>
    /// <param name="verify">Checks what was read.</param>
    /// <param name="show">The input, for the message of a failure.</param>
    /// <returns>How many inputs were read.</returns>
    internal int Run<TInput, TValue>(Func<RandomStream, TInput> draw, Func<TInput, int> length, Func<TInput, TValue> read, Action<TInput, TValue> verify, Func<TInput, string> show)
    {
        var accepted = 0;
        var random = new RandomStream(Seed).Split(name);
        Exception? failure = null;
        Parallel.For(0, Cases, (i, loop) =>
        {
            var input = draw(random.Split(i));
            try
            {
                if (ReadOnce(input, length(input), read, verify))
                    Interlocked.Increment(ref accepted);
            }
            catch (Exception e)
            {
                loop.Stop();
                failure = new InvalidOperationException($"{name}, seed {Seed}, input {i}: {e.GetType().Name}: {e.Message}\nThe input: {show(input)}", e);
            }
        });
        return failure is null ? accepted : throw failure;
    }

    private bool ReadOnce<TInput, TValue>(TInput input, int length, Func<TInput, TValue> read, Action<TInput, TValue> verify)
    {
        var limit = constantBytes + bytesPerItem * length;
        var (value, accepted, allocated) = Measure(input, read);

        // What a first call makes to keep, such as the serialiser's description of a type, is not there the second time.
        if (allocated > limit)
            (value, accepted, allocated) = Measure(input, read);
        if (allocated > limit)
            throw new InvalidOperationException($"{allocated} bytes were allocated for a length of {length}, allowed are {limit}");
        if (accepted)
            verify(input, value!);
        return accepted;
    }

    private static (TValue? Value, bool Accepted, long Allocated) Measure<TInput, TValue>(TInput input, Func<TInput, TValue> read)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            var value = read(input);
            return (value, true, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        catch (InputException e) when (e.Message.Length > 0)
        {
            return (default, false, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    private static ulong Setting(string variable, ulong otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { } text ? ulong.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
