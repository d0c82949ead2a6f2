namespace PriorNas.Torch.Evaluation;

/// <summary>What part the calibration images take in a walk.</summary>
internal enum CalibrationUse
{
    /// <summary>They pass each layer, and its statistics serve this walk.</summary>
    Pass,

    /// <summary>They pass each layer, and its statistics are kept for later walks over the same architectures.</summary>
    PassAndKeep,

    /// <summary>They are not there; the statistics are those that were kept.</summary>
    Kept,
}

/// <summary>The batch-norm statistics of the layers of a walk in the order in which it comes to them, which is that of every walk over the same architectures.</summary>
/// <param name="free">Frees the statistics of a layer.</param>
/// <typeparam name="T">Statistics of a layer.</typeparam>
internal sealed class CalibrationStatistics<T>(Action<T> free)
{
    private readonly List<T> statistics = [];
    private int next;

    internal CalibrationUse Use { get; private set; }

    /// <summary>Starts a walk.</summary>
    internal void Start(CalibrationUse use)
    {
        if (use != CalibrationUse.Kept)
            Clear();
        (Use, next) = (use, 0);
    }

    /// <summary>The statistics of the layer that the walk has come to.</summary>
    /// <param name="measure">Makes them; called unless they were kept.</param>
    internal T Next(Func<T> measure)
    {
        if (Use == CalibrationUse.Kept)
            return statistics[next++];
        if (Use == CalibrationUse.Pass)
            Clear();
        statistics.Add(measure());
        return statistics[^1];
    }

    /// <summary>Frees all.</summary>
    internal void Clear()
    {
        statistics.ForEach(free);
        statistics.Clear();
    }
}
