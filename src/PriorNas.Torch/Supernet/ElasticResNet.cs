using PriorNas.Randomness;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PriorNas.Torch.Supernet;

/// <summary>
/// A residual network whose one set of weights serves every architecture up to a widest one: a subnet uses leading slices and the first
/// blocks of each stage. The architecture is passed to each forward pass and never kept. With the search space's largest network as the
/// widest this is the supernet; with any other it is that network alone.
/// </summary>
public sealed class ElasticResNet : Module<Tensor, Architecture, BatchNormStatistics, Tensor>
{
    private readonly Architecture widest;
    private readonly ElasticConv2d stemConv;
    private readonly ElasticNorm stemBn;
    private readonly ModuleList<ModuleList<ElasticBlock>> stages = [];
    private readonly Parameter headWeight;
    private readonly Parameter headBias;

    /// <summary>Creates the supernet of a search space with random weights.</summary>
    /// <param name="space">The search space.</param>
    /// <param name="options">Its activations and the rest.</param>
    /// <param name="random">As for a network alone.</param>
    public ElasticResNet(SearchSpace space, NetworkOptions options, RandomStream random)
        : this((space ?? throw new ArgumentNullException(nameof(space))).LargestOfNetwork, options, random, isSupernet: true)
    {
    }

    /// <summary>Creates a network with random weights that are no wider or deeper than one architecture needs.</summary>
    /// <param name="widest">The architecture.</param>
    /// <param name="options">Its activations and the rest.</param>
    /// <param name="random">For the weights, one stream for each parameter's name: convolutions as the options say, the head uniform within
    /// 1 / sqrt(in).</param>
    public ElasticResNet(Architecture widest, NetworkOptions options, RandomStream random)
        : this(widest, options, random, isSupernet: false)
    {
    }

    private ElasticResNet(Architecture widest, NetworkOptions options, RandomStream random, bool isSupernet)
        : base(nameof(ElasticResNet))
    {
        ArgumentNullException.ThrowIfNull(widest);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        this.widest = widest;
        Options = options;
        var shape = NetworkShape.Of(widest);
        stemConv = new ElasticConv2d(shape.Stem);
        var switches = isSupernet && options.SwitchableBatchNorm;
        stemBn = ElasticNorm.Create(shape.Stem.OutputChannels, switches ? Space.Stem.Widths : null);
        var next = 0;
        for (var stage = 0; stage < Space.Stages.Length; stage++)
        {
            var blocks = new ModuleList<ElasticBlock>();
            var norms = switches ? new NormWidths(Space.Stages[stage].InnerWidths, Space.Stages[stage].Widths) : null;
            for (var block = 0; block < widest.Depth(stage); block++)
                blocks.Add(ElasticBlock.Create(shape.Blocks[next++], options, norms));
            stages.Add(blocks);
        }

        headWeight = Parameter(zeros(shape.Classes, shape.FinalChannels));
        headBias = Parameter(zeros(shape.Classes));
        RegisterComponents();
        WeightInitialization.Fill(this, options.Initialization, random);
    }

    /// <summary>The space whose architectures it serves.</summary>
    public SearchSpace Space => widest.Space;

    /// <summary>Its activations and the rest.</summary>
    public NetworkOptions Options { get; }

    /// <summary>The largest architecture that it serves.</summary>
    public Architecture Widest => widest;

    /// <summary>The logits of a subnet; no branch is dropped.</summary>
    /// <param name="images">[N, 3, H, W], normalised, float32 as the weights are (float64 after <c>to(ScalarType.Float64)</c>).</param>
    /// <param name="architecture">Of this network's space.</param>
    /// <param name="statistics">For the batch norms.</param>
    /// <returns>[N, classes].</returns>
    /// <exception cref="ArgumentException">The images have another shape, or the architecture is of another space, deeper or wider.</exception>
    public override Tensor forward(Tensor images, Architecture architecture, BatchNormStatistics statistics) => forward(images, architecture, statistics, dropPath: null);

    /// <summary>The logits of a subnet in a training pass.</summary>
    /// <param name="images">[N, 3, H, W], normalised, float32 as the weights are.</param>
    /// <param name="architecture">Of this network's space.</param>
    /// <param name="statistics">For the batch norms.</param>
    /// <param name="dropPath">
    /// Of this pass alone, for the images whose residual branches are dropped, where the options ask for that: what a block drops depends on
    /// the stream, the stage and the block, not on what was drawn from the stream. Null drops none.
    /// </param>
    /// <returns>[N, classes].</returns>
    /// <exception cref="ArgumentException">As for a pass that drops nothing; or a stream is given, but the statistics are not the batch's.</exception>
    public Tensor forward(Tensor images, Architecture architecture, BatchNormStatistics statistics, RandomStream? dropPath)
    {
        Check(images, architecture);
        if (dropPath is not null && statistics != BatchNormStatistics.OfBatch)
            throw new ArgumentException($"Only training drops paths, with {nameof(BatchNormStatistics)}.{nameof(BatchNormStatistics.OfBatch)}; pass no stream in evaluation.", nameof(dropPath));
        using var scope = NewDisposeScope();
        var x = Stem(images, architecture.StemChannels, statistics);
        for (var stage = 0; stage < stages.Count; stage++)
        {
            for (var block = 0; block < architecture.Depth(stage); block++)
            {
                var input = x;
                x = stages[stage][block].forward(input, BlockWidths.Of(architecture, stage, block), statistics, dropPath?.Split(stage).Split(block));
                input.Dispose();
            }
        }

        return Head(x.mean([2L, 3L])).MoveToOuterDisposeScope();
    }

    /// <summary>The stem's convolution and its batch norm; a ReLU follows.</summary>
    internal ElasticLayer StemLayer => new(stemConv, stemBn);

    /// <summary>The block of these indices, 0-based.</summary>
    internal ElasticBlock Block(int stage, int block) => stages[stage][block];

    /// <summary>The feature maps that enter the first stage.</summary>
    /// <param name="images">[N, 3, H, W].</param>
    /// <param name="channels">The stem's width.</param>
    /// <param name="statistics">For its batch norm.</param>
    internal Tensor Stem(Tensor images, int channels, BatchNormStatistics statistics)
    {
        using var scope = NewDisposeScope();
        var x = functional.relu(stemBn.forward(stemConv.forward(ChannelsLast.From(images), channels), statistics)); // [N, stem, H, W] or half of it
        return Pool(x).MoveToOuterDisposeScope();
    }

    /// <summary>The stem's max-pool, where the space has one.</summary>
    internal Tensor Pool(Tensor maps) => Space.Stem.HasMaxPool ? functional.max_pool2d(maps, kernel_size: 3, stride: 2, padding: 1) : maps.alias();

    /// <summary>The logits of features.</summary>
    /// <param name="features">[N, final].</param>
    /// <returns>[N, classes].</returns>
    internal Tensor Head(Tensor features)
    {
        using var weight = headWeight.narrow(1, 0, features.size(1));
        return functional.linear(features, weight, headBias);
    }

    private void Check(Tensor images, Architecture architecture)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(architecture);
        if (images.dim() != 4 || images.size(1) != 3 || images.dtype != headWeight.dtype)
            throw new ArgumentException($"images must be [N, 3, H, W] {headWeight.dtype}, but are [{string.Join(", ", images.shape)}] {images.dtype}.", nameof(images));
        if (architecture.Space.Hash != Space.Hash)
            throw new ArgumentException($"The architecture is of space '{architecture.Space.Name}', the supernet of '{Space.Name}'.", nameof(architecture));
        for (var stage = 0; stage < stages.Count; stage++)
        {
            if (architecture.Depth(stage) > stages[stage].Count)
                throw new ArgumentException($"Architecture {architecture} has {architecture.Depth(stage)} blocks in stage {stage + 1}, this network only {stages[stage].Count}.", nameof(architecture));
        }
    }
}
