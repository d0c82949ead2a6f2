using PriorNas.Priors;
using PriorNas.Randomness;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Priors;

namespace PriorNas.Torch.Tests.Priors;

public class BottleneckZenTest
{
    private static readonly SearchSpace Space = SearchSpace.Read(
        """
        {
          "name": "zen", "imageSize": 16, "classes": 10, "block": "bottleneck", "code": "digits",
          "stem": { "kind": "conv3x3", "widths": { "channels": [32, 24] } },
          "stages": [
            { "depth": { "min": 1, "max": 3 }, "projection": "first-block", "widths": { "channels": [64, 32] }, "innerWidths": { "channels": [32, 16, 8] } },
            { "depth": { "min": 1, "max": 3 }, "stride": 2, "projection": "first-block", "widths": { "channels": [128, 64] }, "innerWidths": { "channels": [32, 16] } }
          ]
        }
        """,
        "zen");

    /// <summary>The difference is small beside the range of the scores; its scatter is that of the sampled means.</summary>
    [Theory]
    [InlineData("zen", false)]
    [InlineData("zen-residual", true)]
    public void The_closed_form_follows_the_sampled_score(string prior, bool keepsShortcuts)
    {
        var options = new SampledZenOptions { Repeats = 2, KeepsShortcuts = keepsShortcuts };
        var architectures = TestSpaces.Some(Space, 3)[1..];
        var closed = architectures.Select(ShapePrior.Named(prior).Score).ToArray();
        var differences = architectures.Select((a, i) => SampledZen.Score(a, options, new RandomStream(3)).Mean - closed[i]).ToArray();
        var report = string.Join(", ", architectures.Select((a, i) => $"{a}: {closed[i]:F2} + {differences[i]:F2}"));
        Assert.True(closed.Max() - closed.Min() > 20, report);
        Assert.All(differences, difference => Assert.True(Math.Abs(difference) < 0.4, report));
    }
}
