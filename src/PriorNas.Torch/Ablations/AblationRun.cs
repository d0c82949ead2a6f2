namespace PriorNas.Torch.Ablations;

/// <summary>One training of an ablation.</summary>
/// <param name="Arm">Its recipe.</param>
/// <param name="Seed">Its seed.</param>
public sealed record AblationRun(AblationArm Arm, ulong Seed)
{
    /// <summary>As it is shown.</summary>
    public override string ToString() => FormattableString.Invariant($"{Arm.Name}, seed {Seed}");
}
