using PriorNas.Randomness;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Supernet;

namespace PriorNas.Torch.Tests;

/// <summary>The spaces of the library at sizes that a test can afford.</summary>
public static class TestSpaces
{
    internal static SearchSpace Tiny { get; } = SearchSpace.Open("tiny");

    /// <summary>Bottlenecks of narrow widths: with and without projections, shared outputs, elastic depth.</summary>
    internal static SearchSpace Bottlenecks { get; } = SearchSpace.Read(
        """
        {
          "name": "bottlenecks", "imageSize": 24, "classes": 10, "block": "bottleneck", "code": "digits",
          "stem": { "kind": "conv3x3", "followsFirstStage": true, "widths": { "channels": [24, 16] } },
          "stages": [
            { "depth": { "min": 1, "max": 2 }, "projection": "none", "widths": { "channels": [24, 16] }, "innerWidths": { "channels": [12, 8, 4] } },
            { "depth": { "min": 1, "max": 3 }, "stride": 2, "projection": "first-block", "widths": { "channels": [48, 40, 24] }, "innerWidths": { "channels": [12, 8] } },
            { "depth": { "min": 1, "max": 2 }, "stride": 2, "projection": "every-block", "output": "per-block", "widths": { "channels": [64, 48] }, "innerWidths": { "channels": [16, 12] } }
          ]
        }
        """,
        "bottlenecks");

    /// <summary>Every space of the library at 32 pixels and 10 classes.</summary>
    public static TheoryData<string> Names => [.. SearchSpace.EmbeddedNames];

    internal static SearchSpace Small(string name) => SearchSpace.Open(name).With(imageSize: 32, classes: 10);

    internal static ElasticResNet Supernet(SearchSpace space, ActivationKind outer = ActivationKind.Relu, ulong seed = 1) =>
        new(space, new NetworkOptions { OuterActivation = outer }, new RandomStream(seed));

    /// <summary>Largest, smallest and some random architectures of a space.</summary>
    internal static Architecture[] Some(SearchSpace space, int random) =>
        [space.LargestOfNetwork, space.Largest, space.Smallest, .. Enumerable.Range(0, random).Select(i => UniformSampler.Draw(space, new RandomStream(9).Split(i)))];
}
