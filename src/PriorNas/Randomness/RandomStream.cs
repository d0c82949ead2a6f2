using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace PriorNas.Randomness;

/// <summary>
/// The only source of randomness: a seeded generator (xoshiro256**, Blackman and Vigna 2018) from which further streams are split by
/// name and by index. A split depends on the path of names and indices alone, never on what was drawn before, so a run that draws
/// from <c>root.Split("pairs", step)</c> needs no saved generator state to resume, and switching one consumer off does not shift what
/// the others draw.
/// </summary>
/// <remarks>Not thread-safe; split a stream for each thread.</remarks>
public sealed class RandomStream
{
    private readonly ulong key;
    private ulong s0;
    private ulong s1;
    private ulong s2;
    private ulong s3;

    /// <summary>Creates the root stream of a seed.</summary>
    public RandomStream(ulong seed)
    {
        key = seed;
        s0 = Mix(seed, 0);
        s1 = Mix(seed, 1);
        s2 = Mix(seed, 2);
        s3 = Mix(seed, 3);
    }

    /// <summary>The stream of a purpose, independent of this stream's position.</summary>
    public RandomStream Split(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var text = new byte[8 + Encoding.UTF8.GetByteCount(name)];
        BinaryPrimitives.WriteUInt64LittleEndian(text, key);
        Encoding.UTF8.GetBytes(name, text.AsSpan(8));
        return new RandomStream(BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(text)));
    }

    /// <summary>The stream of one item (a step, an image, a member), independent of this stream's position.</summary>
    public RandomStream Split(long index) => new(Mix(Mix(key, 0x9E3779B97F4A7C15), (ulong)index));

    /// <summary>The stream of one item of a purpose.</summary>
    public RandomStream Split(string name, long index) => Split(name).Split(index);

    /// <summary>64 uniform bits.</summary>
    public ulong NextUInt64()
    {
        var result = BitOperations.RotateLeft(s1 * 5, 7) * 9;
        var t = s1 << 17;
        s2 ^= s0;
        s3 ^= s1;
        s1 ^= s2;
        s0 ^= s3;
        s2 ^= t;
        s3 = BitOperations.RotateLeft(s3, 45);
        return result;
    }

    /// <summary>A uniform integer in [0, <paramref name="bound"/>), without bias (Lemire 2019).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The bound is not positive.</exception>
    public int Next(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        var threshold = (0UL - (ulong)bound) % (ulong)bound;
        while (true)
        {
            var high = Math.BigMul(NextUInt64(), (ulong)bound, out var low);
            if (low >= threshold)
                return (int)high;
        }
    }

    /// <summary>A uniform number in [0, 1) with 53 random bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A uniform number in [<paramref name="low"/>, <paramref name="high"/>).</summary>
    public double NextDouble(double low, double high) => low + (high - low) * NextDouble();

    /// <summary>A normal number of mean 0 and variance 1 (Box and Muller 1958; the second of the pair is not kept).</summary>
    public double NextGaussian() => Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());

    /// <summary>Puts the items in a uniformly random order (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = Next(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary>The numbers 0 .. <paramref name="count"/>-1 in a uniformly random order.</summary>
    public int[] Permutation(int count)
    {
        var order = new int[count];
        for (var i = 0; i < count; i++)
            order[i] = i;
        Shuffle(order.AsSpan());
        return order;
    }

    /// <summary>SplitMix64's output function (Steele, Lea and Flood 2014) of the <paramref name="index"/>-th state after a key.</summary>
    private static ulong Mix(ulong key, ulong index)
    {
        var z = key + (index + 1) * 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
