using CsCheck;
using PriorNas.Files;
using PriorNas.Priors;
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
}
