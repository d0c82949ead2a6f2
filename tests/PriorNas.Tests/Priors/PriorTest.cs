using CsCheck;
using PriorNas.Files;
using PriorNas.Priors;
using PriorNas.SearchSpaces;
using PriorNas.Tests.SearchSpaces;

namespace PriorNas.Tests.Priors;

public class PriorTest
{
    [Fact]
    public void The_priors_have_the_names_that_files_use()
    {
        Assert.Equal(["flops", "flops-paddle", "params", "params-paddle", "depth", "zen", "zen-residual"], ShapePrior.All.Select(p => p.Name));
        Assert.All(ShapePrior.All, p => Assert.Same(p, ShapePrior.Named(p.Name)));
        Assert.All(ShapePrior.All, p => Assert.NotEmpty(p.Description));
    }

    [Fact]
    public void An_unknown_prior_is_refused_with_the_known_ones() => Assert.Equal(
        "prior 'Flops' is unknown, it may be flops, flops-paddle, params, params-paddle, depth, zen, zen-residual.",
        Assert.Throws<InputException>(() => ShapePrior.Named("Flops")).Message);

    [Fact]
    public void A_score_is_finite_the_same_again_and_that_of_the_canonical_form() => TestSpaces.Architectures.Sample(
        a => ShapePrior.All.All(p => double.IsFinite(p.Score(a)) && p.Score(a).Equals(p.Score(a)) && p.Score(a).Equals(p.Score(a.Canonical()))),
        iter: 2_000,
        threads: 1);

    [Fact]
    public void Several_priors_and_the_terms_of_sums_score_the_same_shapes_of_layers()
    {
        var architecture = TestSpaces.Small.Largest;
        Dictionary<string, ShapeRecord> records = new() { ["first"] = new(), ["second"] = new(), ["third"] = new() };
        var sum = CompositePrior.Parse("first+second", [architecture, TestSpaces.Small.Smallest], name => records[name]);
        Assert.Equal([sum.Score(architecture), records["third"].Score(architecture)], Prior.Scores(architecture, [sum, records["third"]]));
        Assert.NotNull(records["third"].Scored);
        Assert.All(records.Values, record => Assert.Same(records["third"].Scored, record.Scored));
    }

    /// <summary>Counts blocks, and keeps what it scored last.</summary>
    private sealed class ShapeRecord : ShapePrior
    {
        public override string Name => "record";

        public override string Description => "";

        internal NetworkShape? Scored { get; private set; }

        public override double Score(NetworkShape network) => (Scored = network).Blocks.Length;
    }
}
