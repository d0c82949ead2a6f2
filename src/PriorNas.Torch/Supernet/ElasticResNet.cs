using PriorNas.Randomness;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PriorNas.Torch.Supernet;

/// <summary>
/// The supernet: one set of weights of maximal width and depth that serves every architecture of a search space. A subnet uses leading
/// slices and the first blocks of each stage. The architecture is passed to each forward pass and never kept.
/// </summary>
public sealed class ElasticResNet : Module<Tensor, Architecture, BatchNormStatistics, Tensor>
{
    private readonly SearchSpace space;
    private readonly ElasticConv2d stemConv;
    private readonly ElasticBatchNorm2d stemBn;
    private readonly ModuleList<ModuleList<ElasticBasicBlock>> stages = [];
    private readonly Parameter headWeight;
    private readonly Parameter headBias;

    /// <summary>Creates the network with random weights.</summary>
    /// <param name="space">The search space.</param>
    /// <param name="options">Its activations.</param>
    /// <param name="random">For the weights, one stream for each parameter's name: convolutions normal with variance 2 / (k² out) (He et al. 2015), the
    /// head uniform within 1 / sqrt(in).</param>
    public ElasticResNet(SearchSpace space, NetworkOptions options, RandomStream random)
        : base(nameof(ElasticResNet))
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        this.space = space;
        var channels = space.Stem.Widths.Max();
        stemConv = new ElasticConv2d(3, channels, space.Stem.Kernel, space.Stem.Stride);
        stemBn = new ElasticBatchNorm2d(channels);
        foreach (var stage in space.Stages)
        {
            var blocks = new ModuleList<ElasticBasicBlock>();
            for (var block = 0; block < stage.Depth.Max; block++)
            {
                blocks.Add(new ElasticBasicBlock(channels, stage, block, options));
                channels = stage.MaximalWidth;
            }

            stages.Add(blocks);
        }

        headWeight = Parameter(zeros(space.Classes, channels));
        headBias = Parameter(zeros(space.Classes));
        RegisterComponents();
        WeightInitialization.Fill(this, random);
    }

    /// <summary>The space whose architectures it serves.</summary>
    public SearchSpace Space => space;

    /// <summary>The logits of a subnet.</summary>
    /// <param name="images">[N, 3, H, W], normalised, float32 as the weights are (float64 after <c>to(ScalarType.Float64)</c>).</param>
    /// <param name="architecture">Of this network's space.</param>
    /// <param name="statistics">For the batch norms.</param>
    /// <returns>[N, classes].</returns>
    /// <exception cref="ArgumentException">The images have another shape, or the architecture is of another space.</exception>
    public override Tensor forward(Tensor images, Architecture architecture, BatchNormStatistics statistics)
    {
        Check(images, architecture);
        using var scope = NewDisposeScope();
        var x = functional.relu(stemBn.forward(stemConv.forward(ChannelsLast.From(images), architecture.StemChannels), statistics)); // [N, stem, H, W] or half of it
        if (space.Stem.HasMaxPool)
            x = functional.max_pool2d(x, kernel_size: 3, stride: 2, padding: 1);
        for (var stage = 0; stage < stages.Count; stage++)
        {
            for (var block = 0; block < architecture.Depth(stage); block++)
            {
                var input = x;
                x = stages[stage][block].forward(input, new BlockWidths(architecture.InnerChannels(stage, block), architecture.OutputChannels(stage, block)), statistics);
                input.Dispose();
            }
        }

        x = x.mean([2L, 3L]); // [N, final]
        return functional.linear(x, headWeight.narrow(1, 0, x.size(1)), headBias).MoveToOuterDisposeScope();
    }

    private void Check(Tensor images, Architecture architecture)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(architecture);
        if (images.dim() != 4 || images.size(1) != 3 || images.dtype != headWeight.dtype)
            throw new ArgumentException($"images must be [N, 3, H, W] {headWeight.dtype}, but are [{string.Join(", ", images.shape)}] {images.dtype}.", nameof(images));
        if (architecture.Space.Hash != space.Hash)
            throw new ArgumentException($"The architecture is of space '{architecture.Space.Name}', the supernet of '{space.Name}'.", nameof(architecture));
    }
}
