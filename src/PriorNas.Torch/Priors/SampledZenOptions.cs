using PriorNas.Files;

namespace PriorNas.Torch.Priors;

/// <summary>Which variance of a batch norm enters the score.</summary>
public enum ZenVariance
{
    /// <summary>That of the batch x, by which the norm divides.</summary>
    Batch,

    /// <summary>
    /// The running one as the published solution reads it: 1 at first, after each pass of x and of x' 0.9 of it and 0.1 of the batch's, and
    /// not reset between repeats. One repeat keeps 19 % of the batch's variance, which lowers the score by about 0.83 a batch norm.
    /// </summary>
    Running,
}

/// <summary>How the Zen-score is sampled.</summary>
public sealed record SampledZenOptions
{
    /// <summary>Images of a batch, 2 to 65536.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>Random networks, each with its own images, over which the score is averaged; 1 to 1000000.</summary>
    public int Repeats { get; init; } = 4;

    /// <summary>Whether the shortcuts and their projections stay (<c>zen-residual</c>) or are taken out (<c>zen</c>, as Lin et al. 2021 do).</summary>
    public bool KeepsShortcuts { get; init; }

    /// <summary>The variance of a batch norm that enters the score.</summary>
    public ZenVariance Variance { get; init; }

    /// <summary>Standard deviation of what is added to the images, above 0 and at most 1.</summary>
    public double Perturbation { get; init; } = 0.01;

    /// <summary>The prior whose closed form this estimates: <c>zen</c> or <c>zen-residual</c>.</summary>
    public string PriorName => KeepsShortcuts ? "zen-residual" : "zen";

    /// <summary>Checks the values.</summary>
    /// <exception cref="InputException">A value is out of range; the message names all that are.</exception>
    public void Validate()
    {
        var faults = Faults().ToArray();
        if (faults.Length > 0)
            throw new InputException($"sampled Zen-score: {string.Join("; ", faults)}.");
    }

    private IEnumerable<string> Faults()
    {
        if (BatchSize is < 2 or > 65_536)
            yield return $"the batch size is {BatchSize}, allowed is 2 to 65536";
        if (Repeats is < 1 or > 1_000_000)
            yield return $"the number of repeats is {Repeats}, allowed is 1 to 1000000";
        if (!(Perturbation > 0 && Perturbation <= 1))
            yield return FormattableString.Invariant($"the perturbation is {Perturbation}, allowed is above 0 to 1");
    }
}
