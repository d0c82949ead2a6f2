using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace PriorNas.Torch.Native;

/// <summary>
/// Threads that each run tensor code of their own. The library's thread count belongs to the thread that sets it, so each one sets it anew.
/// </summary>
internal sealed class WorkerThreads(int count, int threadsOfEach)
{
    /// <summary>Works through the items in their order, several at a time; returns when all threads have ended.</summary>
    /// <exception cref="Exception">The first one that an item threw; items not begun are then left out, those in work are finished.</exception>
    internal void ForEach<T>(IEnumerable<T> items, Action<T> work, CancellationToken cancellation)
    {
        var waiting = new ConcurrentQueue<T>(items);
        ExceptionDispatchInfo? failure = null;
        var threads = Enumerable.Range(0, Math.Min(count, waiting.Count)).Select(_ => new Thread(Drain)).ToArray();
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        failure?.Throw();

        void Drain()
        {
            TorchThreads.Use(threadsOfEach);
            while (Volatile.Read(ref failure) is null && !cancellation.IsCancellationRequested && waiting.TryDequeue(out var item))
            {
                try
                {
                    work(item);
                }
#pragma warning disable CA1031 // It is thrown again on the caller's thread.
                catch (Exception e)
#pragma warning restore CA1031
                {
                    Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(e), null);
                }
            }
        }
    }
}
