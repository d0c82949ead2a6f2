namespace PriorNas.Torch.Evaluation.Fused;

/// <summary>Which images of a joined batch, from its first on, are the calibration batches, and the statistics that they give.</summary>
/// <param name="batches">Images of each batch; empty where the running statistics are used.</param>
internal sealed class CalibrationRows(IReadOnlyList<int> batches)
{
    /// <summary>Mean and unbiased variance of each channel, by layer; nothing to free.</summary>
    internal CalibrationStatistics<(double[] Mean, double[] Variance)> Statistics { get; } = new(_ => { });

    /// <summary>Whether layers are normalised by calibration images.</summary>
    internal bool IsUsed => batches.Count > 0;

    /// <summary>Images of each batch that is there; none where the statistics were kept.</summary>
    internal IReadOnlyList<int> Batches => Statistics.Use == CalibrationUse.Kept ? [] : batches;

    /// <summary>Images of all batches that are there.</summary>
    internal int Count => Batches.Sum();
}
