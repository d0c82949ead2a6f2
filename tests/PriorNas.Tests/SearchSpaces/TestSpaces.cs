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

    internal static SearchSpace Resnet48 { get; } = SearchSpace.Open("resnet48");

    internal static SearchSpace Challenge { get; } = SearchSpace.Open("resnet48-challenge");

    internal static SearchSpace Tiny { get; } = SearchSpace.Open("tiny");

    internal static SearchSpace Resnet20 { get; } = SearchSpace.Open("resnet20-width");

    internal static SearchSpace Small { get; } = SearchSpace.Read(SmallDigits, "small");

    internal static SearchSpace Elastic { get; } = SearchSpace.Read(ElasticWidths, "elastic");

    internal static SearchSpace[] All { get; } = [Resnet48, Challenge, Tiny, Resnet20, Small, Elastic];

    /// <summary>Random architectures of a random space of <see cref="All"/>.</summary>
    internal static Gen<Architecture> Architectures { get; } =
        Gen.Select(Gen.Int[0, All.Length - 1], Gen.ULong, (space, seed) => UniformSampler.Draw(All[space], new RandomStream(seed)));

    /// <summary>Pairs of random architectures of one random space.</summary>
    internal static Gen<(Architecture First, Architecture Second)> Pairs { get; } = Gen.Select(
        Gen.Int[0, All.Length - 1],
        Gen.ULong,
        (space, seed) => (UniformSampler.Draw(All[space], new RandomStream(seed)), UniformSampler.Draw(All[space], new RandomStream(seed).Split("second"))));
}
