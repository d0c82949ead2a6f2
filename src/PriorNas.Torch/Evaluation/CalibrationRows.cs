namespace PriorNas.Torch.Evaluation;

/// <summary>Which images of a joined batch, from its first on, are the calibration batches.</summary>
/// <param name="Batches">Images of each batch; empty where the running statistics are used.</param>
internal sealed record CalibrationRows(IReadOnlyList<int> Batches)
{
    /// <summary>Images of all of them.</summary>
    internal int Count => Batches.Sum();
}
