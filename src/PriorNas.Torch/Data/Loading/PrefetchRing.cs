using System.Runtime.ExceptionServices;

namespace PriorNas.Torch.Data.Loading;

/// <summary>The memory of one prefetched batch.</summary>
internal sealed class BatchBuffer(int pixels, int labels)
{
    /// <summary>The values of the batch's images; room for those of the largest size.</summary>
    public float[] Pixels { get; } = new float[pixels];

    /// <summary>The labels of the batch's images.</summary>
    public long[] Labels { get; } = new long[labels];

    /// <summary>Width and height of the batch's images in pixels.</summary>
    public int Size { get; set; }

    /// <summary>What went wrong while it was filled.</summary>
    public ExceptionDispatchInfo? Error { get; set; }

    /// <summary>Whether the buffer is filled, or its error set.</summary>
    public bool Ready { get; set; }
}

/// <summary>
/// A bounded number of batches between the workers, which fill them in any order, and the consumer, which takes them in the order of
/// their numbers. The buffers are reused; whoever has nothing to do sleeps.
/// </summary>
internal sealed class PrefetchRing(long firstBatch, BatchBuffer[] buffers)
{
    private readonly object gate = new();
    private long nextToFill = firstBatch;
    private long nextToTake = firstBatch;
    private volatile bool stopped;

    /// <summary>Whether the workers should give up what they are doing.</summary>
    public bool Stopped => stopped;

    /// <summary>Waits for a free buffer and assigns it the next number.</summary>
    /// <returns>False once the ring is stopped.</returns>
    public bool TryClaim(out long batch, out BatchBuffer buffer)
    {
        lock (gate)
        {
            while (!stopped && nextToFill == nextToTake + buffers.Length)
                Monitor.Wait(gate);
            batch = nextToFill;
            buffer = Buffer(batch);
            if (stopped)
                return false;
            nextToFill++;
            return true;
        }
    }

    /// <summary>Hands a claimed buffer to the consumer.</summary>
    public void Publish(BatchBuffer buffer)
    {
        lock (gate)
        {
            buffer.Ready = true;
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Waits for the next batch in order. It stays the next until it is released.</summary>
    public BatchBuffer Peek()
    {
        lock (gate)
        {
            var buffer = Buffer(nextToTake);
            while (!buffer.Ready)
                Monitor.Wait(gate);
            return buffer;
        }
    }

    /// <summary>Gives the peeked buffer back to the workers.</summary>
    public void Release()
    {
        lock (gate)
        {
            Buffer(nextToTake).Ready = false;
            nextToTake++;
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Wakes the workers and lets them end.</summary>
    public void Stop()
    {
        lock (gate)
        {
            stopped = true;
            Monitor.PulseAll(gate);
        }
    }

    private BatchBuffer Buffer(long batch) => buffers[batch % buffers.Length];
}
