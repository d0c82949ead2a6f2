using System.Collections.Immutable;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Supernet;
using static TorchSharp.torch;

namespace PriorNas.Torch.Evaluation;

/// <summary>A walk over consecutive architectures of a prefix order, by one group of images. It holds the feature maps of the path that are needed again.</summary>
internal sealed class PrefixWalk : IDisposable
{
    private readonly PrefixLayers layers;
    private readonly PrefixOrder order;
    private readonly Range window;
    private readonly Tensor[] images;
    private readonly ImmutableStack<int>[] needed;

    /// <summary>The feature maps behind the stem, then behind each block of the present architecture; null where they are not needed again.</summary>
    private readonly List<Tensor[]?> path = [];

    internal PrefixWalk(PrefixLayers layers, Range group, PrefixOrder order, Range window)
    {
        (this.layers, this.order, this.window) = (layers, order, window);
        using var scope = NewDisposeScope();
        images = Keep(layers.Images(group));
        var (first, count) = window.GetOffsetAndLength(order.Architectures.Length);
        needed = new ImmutableStack<int>[count];
        needed[^1] = [];
        for (var i = count - 1; i > 0; i--)
        {
            // Where the next architecture starts, and of what is needed after that, what lies before.
            var shared = order.Shared(first + i);
            var later = needed[i];
            while (!later.IsEmpty && later.Peek() >= shared)
                later = later.Pop();
            needed[i - 1] = later.Push(shared);
        }
    }

    /// <summary>Visits the architectures.</summary>
    /// <param name="visit">Is given the index of an architecture in the order and its logits, batch by batch.</param>
    /// <param name="cancellation">Ends the walk at the next layer.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    internal void Run(Action<int, Tensor[]> visit, CancellationToken cancellation)
    {
        var (first, count) = window.GetOffsetAndLength(order.Architectures.Length);
        for (var i = 0; i < count; i++)
        {
            var architecture = order.Architectures[first + i];
            Truncate(i == 0 ? 0 : order.Shared(first + i));
            Extend(architecture, [.. needed[i]], cancellation);
            using var scope = NewDisposeScope();
            var stages = architecture.Space.Stages.Length;
            visit(first + i, layers.Logits(path[^1]!, architecture.OutputChannels(stages - 1, architecture.Depth(stages - 1) - 1)));
        }
    }

    /// <summary>Frees the maps.</summary>
    public void Dispose()
    {
        Truncate(0);
        Free(images);
    }

    /// <summary>Computes what the path lacks of an architecture.</summary>
    private void Extend(Architecture architecture, HashSet<int> needed, CancellationToken cancellation)
    {
        if (path.Count == 0)
            Add(() => layers.Stem(images, architecture.StemChannels), cancellation);
        var position = 0;
        for (var stage = 0; stage < architecture.Space.Stages.Length; stage++)
        {
            for (var block = 0; block < architecture.Depth(stage); block++)
            {
                if (++position < path.Count)
                    continue;
                var (s, b) = (stage, block);
                Add(() => layers.Block(path[^1]!, s, b, BlockWidths.Of(architecture, s, b)), cancellation);
                if (!needed.Contains(position))
                    Free(position - 1);
            }
        }
    }

    private void Add(Func<Tensor[]> layer, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using var scope = NewDisposeScope();
        path.Add(Keep(layer()));
    }

    private void Truncate(int length)
    {
        for (var i = length; i < path.Count; i++)
            Free(i);
        path.RemoveRange(length, path.Count - length);
    }

    private void Free(int position)
    {
        Free(path[position] ?? []);
        path[position] = null;
    }

    private static void Free(Tensor[] maps) => Array.ForEach(maps, map => map.Dispose());

    private static Tensor[] Keep(Tensor[] maps) => Array.ConvertAll(maps, map => map.DetachFromDisposeScope());
}
