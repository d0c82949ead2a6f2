using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace PriorNas.Torch.Native;

/// <summary>Threads that run tensor code of their own beside each other; each uses the library's thread count.</summary>
internal static class WorkerThreads
{
    /// <summary>Works through the items in their order, several at a time; returns when all threads have ended.</summary>
    /// <param name="count">How many at a time, at least 1.</param>
    /// <param name="items">The items.</param>
    /// <param name="work">What is done with each; its token is cancelled with <paramref name="cancellation"/>, and when another item has thrown.</param>
    /// <param name="cancellation">No item is started after it.</param>
    /// <exception cref="Exception">The first one that an item threw; items not started are then left out, those in work are cancelled.</exception>
    internal static void ForEach<T>(int count, IEnumerable<T> items, Action<T, CancellationToken> work, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var waiting = new ConcurrentQueue<T>(items);
        ExceptionDispatchInfo? failure = null;
        var threads = Enumerable.Range(0, Math.Min(count, waiting.Count)).Select(_ => new Thread(Drain)).ToArray();
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        failure?.Throw();

        void Drain()
        {
            while (!stop.IsCancellationRequested && waiting.TryDequeue(out var item))
            {
                try
                {
                    work(item, stop.Token);
                }
#pragma warning disable CA1031 // It is thrown again on the caller's thread.
                catch (Exception e)
#pragma warning restore CA1031
                {
                    Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(e), null);
                    stop.Cancel();
                }
            }
        }
    }
}
