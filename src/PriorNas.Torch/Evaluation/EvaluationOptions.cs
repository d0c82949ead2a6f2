namespace PriorNas.Torch.Evaluation;

/// <summary>How networks are measured.</summary>
public sealed record EvaluationOptions
{
    /// <summary>Training images, a fixed subset by seed, from which batch-norm statistics are recalibrated; 0 uses the running ones.</summary>
    public int CalibrationImages { get; init; } = 512;

    /// <summary>Images of one calibration pass; 0 for all in one, which the definition asks for.</summary>
    public int CalibrationBatchSize { get; init; }

    /// <summary>Validation images, a fixed subset by seed; 0 for all.</summary>
    public int ValidationImages { get; init; }

    /// <summary>Images of one validation pass.</summary>
    public int BatchSize { get; init; } = 500;
}
