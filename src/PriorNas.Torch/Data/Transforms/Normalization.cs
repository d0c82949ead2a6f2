using System.Runtime.Intrinsics;

namespace PriorNas.Torch.Data.Transforms;

/// <summary>Per-channel normalisation (value - mean) / deviation of values in [0, 1]. Equal by content.</summary>
/// <param name="Mean">Three means: red, green, blue.</param>
/// <param name="Std">Three standard deviations, positive.</param>
public sealed record Normalization(float[] Mean, float[] Std)
{
    /// <summary>The statistics of ImageNet that torchvision's models use.</summary>
    public static Normalization ImageNet { get; } = new([0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);

    /// <summary>Three means: red, green, blue.</summary>
    public float[] Mean { get; init; } = Mean is { Length: 3 }
        ? Mean
        : throw new ArgumentException($"The mean has {Mean?.Length ?? 0} channels; an RGB image has 3.", nameof(Mean));

    /// <summary>Three standard deviations, positive.</summary>
    public float[] Std { get; init; } = Std is { Length: 3 } && Std.All(deviation => deviation > 0)
        ? Std
        : throw new ArgumentException($"The deviations are [{string.Join(", ", Std ?? [])}]; an RGB image has 3, each positive.", nameof(Std));

    /// <summary>Normalised value = byte x Scale + Offset, for red, green and blue; the fourth lane is unused.</summary>
    internal Vector128<float> Scale => Vector128.Create(1 / (255 * Std[0]), 1 / (255 * Std[1]), 1 / (255 * Std[2]), 0);

    /// <summary>The normalised value of black.</summary>
    internal Vector128<float> Offset => Vector128.Create(-Mean[0] / Std[0], -Mean[1] / Std[1], -Mean[2] / Std[2], 0);

    /// <summary>Whether the numbers are the same.</summary>
    public bool Equals(Normalization? other) =>
        other is not null && Mean.AsSpan().SequenceEqual(other.Mean) && Std.AsSpan().SequenceEqual(other.Std);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Mean[0], Mean[1], Mean[2], Std[0], Std[1], Std[2]);
}
