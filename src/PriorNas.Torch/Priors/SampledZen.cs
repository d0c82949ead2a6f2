using System.Collections.Immutable;
using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Data.Loading;
using static TorchSharp.torch;

namespace PriorNas.Torch.Priors;

/// <summary>
/// The Zen-score by its definition (Lin et al. 2021, algorithm 1): random images through random networks. The reference for the priors
/// <c>zen</c> and <c>zen-residual</c>, which compute what it converges to from the layer shapes.
/// </summary>
public static class SampledZen
{
    /// <summary>Share of the old running variance that a pass leaves: a momentum of 0.9 as Paddle writes it, 0.1 as PyTorch does.</summary>
    private const double KeptByPass = 0.9;

    /// <summary>Two values are normalised to 1 and -1 whatever they were, so a channel of the last feature map must have more.</summary>
    private const int ValuesOfChannel = 4;

    /// <summary>
    /// For each repeat: convolutions and images x are drawn from N(0, 1), x' = x + perturbation N(0, 1); batch norms have weight 1, bias 0 and the
    /// statistics of their batch. With f the feature map before the average pool the score is
    /// log(mean over images of sum |f(x) - f(x')|) + sum over batch norms of log sqrt(mean over channels of the variance).
    /// </summary>
    /// <param name="architecture">Scored at its space's image size; <see cref="SearchSpace.With"/> changes that.</param>
    /// <param name="options">What is drawn, and how often.</param>
    /// <param name="random">
    /// Split by the architecture's canonical code, the purpose and the repeat: the score depends neither on other architectures nor, in its first
    /// repeats, on their number. The same stream and thread count give the same bits.
    /// </param>
    /// <exception cref="InputException">A value of the options is out of range, the batch is too large for the images, or the last feature map is too small for it.</exception>
    public static SampledZenScore Score(Architecture architecture, SampledZenOptions options, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        RequireUsable(architecture.Space, options);
        var shape = NetworkShape.Of(architecture);
        var stream = random.Split(architecture.Canonical().Code);
        using var noGradient = no_grad();
        var scores = ImmutableArray.CreateBuilder<double>(options.Repeats);
        double[]? running = null;
        for (var repeat = 0; repeat < options.Repeats; repeat++)
        {
            var (distance, ofImages, ofPerturbed) = Measure(shape, options, stream, repeat);
            var variances = ofImages;
            if (options.Variance == ZenVariance.Running)
                variances = running = Updated(Updated(running ?? Ones(ofImages.Length), ofImages), ofPerturbed);
            scores.Add(Math.Log(distance) + variances.Sum(variance => Math.Log(variance) / 2));
        }

        return new SampledZenScore(scores.MoveToImmutable());
    }

    /// <summary>Checks, before anything is computed, that the options can score architectures of a space.</summary>
    /// <exception cref="InputException">A value is out of range, the batch is too large for the images, or the last feature map is too small for it.</exception>
    public static void RequireUsable(SearchSpace space, SampledZenOptions options)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var most = Batch.MaxImages(space.ImageSize);
        if (options.BatchSize > most)
            throw new InputException($"sampled Zen-score: the batch size is {options.BatchSize}, allowed is at most {most} images of {space.ImageSize} px (2 GiB); give a smaller batch or image size.");
        var size = NetworkShape.Of(space.Smallest).FinalSize;
        if ((long)options.BatchSize * size * size < ValuesOfChannel)
            throw new InputException($"sampled Zen-score: a batch of {options.BatchSize} images of {space.ImageSize} px leaves {options.BatchSize * size * size} values in a channel of the last feature map, at least {ValuesOfChannel} are needed; give a larger batch or image size.");
    }

    /// <summary>One random network: the mean L1 distance of its feature maps, and the variances of its batch norms for x and for x'.</summary>
    private static (double Distance, double[] OfImages, double[] OfPerturbed) Measure(NetworkShape shape, SampledZenOptions options, RandomStream stream, int repeat)
    {
        using var scope = NewDisposeScope();
        var network = new ZenNetwork(shape, options.KeepsShortcuts, stream.Split("weights", repeat));
        long[] size = [options.BatchSize, shape.Stem.InputChannels, shape.Stem.InputSize, shape.Stem.InputSize];
        var images = NormalNumbers.Draw(stream.Split("images", repeat), size); // [N, 3, H, W]
        var perturbed = NormalNumbers.Draw(stream.Split("perturbation", repeat), size);
        TensorNumbers.ScaleAndAdd(perturbed, options.Perturbation, images);
        var (map, ofImages) = network.Forward(images); // [N, final, H', W']
        var (mapOfPerturbed, ofPerturbed) = network.Forward(perturbed);
        var distance = TensorNumbers.Single(map.sub_(mapOfPerturbed).abs_().sum(ScalarType.Float64)) / options.BatchSize;
        return (distance, ofImages, ofPerturbed);
    }

    private static double[] Updated(double[] running, double[] ofBatch) =>
        [.. running.Zip(ofBatch, (kept, added) => KeptByPass * kept + (1 - KeptByPass) * added)];

    private static double[] Ones(int count) => [.. Enumerable.Repeat(1.0, count)];
}
