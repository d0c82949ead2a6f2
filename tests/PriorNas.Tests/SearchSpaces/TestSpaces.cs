using CsCheck;
using PriorNas.Randomness;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;

namespace PriorNas.Tests.SearchSpaces;

/// <summary>The spaces that properties are tested on, and random architectures of them.</summary>
internal static class TestSpaces
{
    /// <summary>Two stages of 1 or 2 blocks; both choices of the first stage round to 64 channels.</summary>
    internal const string SmallDigits = """
        {
          "name": "small", "imageSize": 16, "classes": 3, "code": "digits",
          "stem": { "kind": "conv3x3", "followsFirstStage": true, "widths": { "base": 64, "ratios": [1.0, 0.98] } },
          "stages": [
            { "depth": { "min": 1, "max": 2 }, "stride": 1, "projection": "none", "widths": { "base": 64, "ratios": [1.0, 0.98] } },
            { "depth": { "min": 1, "max": 2 }, "stride": 2, "projection": "first-block", "widths": { "channels": [8, 4] }, "domain": { "depth": { "min": 2, "max": 2 }, "choices": [2] } }
          ]
        }
        """;

    /// <summary>The 'widths' format with elastic depth, free outputs in one stage and shared ones in the other.</summary>
    internal const string ElasticWidths = """
        {
          "name": "elastic-widths", "imageSize": 16, "classes": 3, "code": "widths",
          "stem": { "kind": "conv7x7-max-pool", "widths": { "channels": [4, 8] } },
          "stages": [
            { "depth": { "min": 1, "max": 3 }, "stride": 1, "projection": "every-block", "output": "per-block", "widths": { "channels": [4, 8, 12] } },
            { "depth": { "min": 2, "max": 3 }, "stride": 2, "projection": "first-block", "output": "shared", "widths": { "channels": [16, 8] } }
          ]
        }
        """;

    /// <summary>Bottlenecks in the 'widths' format, with inner widths and a domain of them apart from the output's.</summary>
    internal const string BottleneckWidths = """
        {
          "name": "bottlenecks", "imageSize": 16, "classes": 3, "block": "bottleneck", "code": "widths",
          "stem": { "kind": "conv3x3", "widths": { "channels": [4, 8] } },
          "stages": [
            { "depth": { "min": 1, "max": 2 }, "projection": "every-block", "output": "per-block", "widths": { "channels": [16, 8] }, "innerWidths": { "channels": [6, 4, 2] }, "domain": { "innerChoices": [1, 3] } },
            { "depth": { "min": 1, "max": 2 }, "stride": 2, "projection": "first-block", "widths": { "channels": [32, 24] }, "innerWidths": { "channels": [8] } }
          ]
        }
        """;

    /// <summary>Basic blocks with inner widths of their own, of which the first two round to 64 channels.</summary>
    internal const string InnerDigits = """
        {
          "name": "inner-digits", "imageSize": 16, "classes": 3, "code": "digits",
          "stem": { "kind": "conv3x3", "followsFirstStage": true, "widths": { "channels": [16, 8] } },
          "stages": [
            { "depth": { "min": 1, "max": 2 }, "projection": "none", "widths": { "channels": [16, 8] }, "innerWidths": { "base": 64, "ratios": [1.0, 0.98, 0.5] }, "domain": { "choices": [2], "innerChoices": [2, 3] } }
          ]
        }
        """;

    internal static SearchSpace Resnet48 { get; } = SearchSpace.Open("resnet48");

    internal static SearchSpace Challenge { get; } = SearchSpace.Open("resnet48-challenge");

    internal static SearchSpace Tiny { get; } = SearchSpace.Open("tiny");

    internal static SearchSpace Resnet20 { get; } = SearchSpace.Open("resnet20-width");

    internal static SearchSpace Small { get; } = SearchSpace.Read(SmallDigits, "small");

    internal static SearchSpace Elastic { get; } = SearchSpace.Read(ElasticWidths, "elastic");

    internal static SearchSpace Resnet50 { get; } = SearchSpace.Open("resnet50");

    internal static SearchSpace Bottlenecks { get; } = SearchSpace.Read(BottleneckWidths, "bottlenecks");

    internal static SearchSpace Inner { get; } = SearchSpace.Read(InnerDigits, "inner");

    internal static SearchSpace[] All { get; } = [Resnet48, Challenge, Tiny, Resnet20, Small, Elastic, Resnet50, Bottlenecks, Inner];

    /// <summary>Random architectures of a random space of <see cref="All"/>.</summary>
    internal static Gen<Architecture> Architectures { get; } =
        Gen.Select(Gen.Int[0, All.Length - 1], Gen.ULong, (space, seed) => UniformSampler.Draw(All[space], new RandomStream(seed)));

    /// <summary>Pairs of random architectures of one random space.</summary>
    internal static Gen<(Architecture First, Architecture Second)> Pairs { get; } = Gen.Select(
        Gen.Int[0, All.Length - 1],
        Gen.ULong,
        (space, seed) => (UniformSampler.Draw(All[space], new RandomStream(seed)), UniformSampler.Draw(All[space], new RandomStream(seed).Split("second"))));
}
