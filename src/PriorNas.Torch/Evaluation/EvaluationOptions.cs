using System.ComponentModel.DataAnnotations;
using PriorNas.Files;
using PriorNas.Torch.Data.Loading;

namespace PriorNas.Torch.Evaluation;

/// <summary>How networks are measured.</summary>
public sealed record EvaluationOptions
{
    /// <summary>Training images, a fixed subset by seed, from which batch-norm statistics are recalibrated; 0 uses the running ones.</summary>
    [Range(0, int.MaxValue)]
    public int CalibrationImages { get; init; } = 512;

    /// <summary>Images of one calibration pass; 0 for all in one, which the definition asks for.</summary>
    [Range(0, int.MaxValue)]
    public int CalibrationBatchSize { get; init; }

    /// <summary>Validation images, a fixed subset by seed; 0 for all.</summary>
    [Range(0, int.MaxValue)]
    public int ValidationImages { get; init; }

    /// <summary>Images of one validation pass.</summary>
    [Range(1, int.MaxValue)]
    public int BatchSize { get; init; } = 500;

    /// <summary>Checks the values alone; whether there are enough images shows when these are opened.</summary>
    /// <param name="source">Where the values come from, for messages.</param>
    /// <param name="imageSize">Width and height in pixels of the images, which limits a batch to less than 2 GiB.</param>
    /// <exception cref="InputException">A value is out of range; the message names all that are.</exception>
    public void Validate(string source, int imageSize)
    {
        var faults = Faults(imageSize).ToArray();
        if (faults.Length > 0)
            throw new InputException($"{source}: {string.Join("; ", faults)}");
    }

    internal IEnumerable<string> Faults(int imageSize)
    {
        if (CalibrationImages is not 0 and < 2)
            yield return $"'evaluation.calibrationImages' is {CalibrationImages}, allowed is 0 (running statistics) or at least 2";
        if (CalibrationBatchSize is not 0 and < 2)
            yield return $"'evaluation.calibrationBatchSize' is {CalibrationBatchSize}, allowed is 0 (all in one) or at least 2";
        if (CalibrationBatchSize >= 2 && CalibrationImages % CalibrationBatchSize == 1)
            yield return $"'evaluation.calibrationBatchSize' is {CalibrationBatchSize}, which leaves a last batch of one image out of {CalibrationImages}; one image has no variance";
        if (ValidationImages < 0)
            yield return $"'evaluation.validationImages' is {ValidationImages}, allowed is 0 (all) or more";
        if (BatchSize < 1)
            yield return $"'evaluation.batchSize' is {BatchSize}, allowed is 1 or more";
        foreach (var fault in TooLarge(imageSize))
            yield return fault;
    }

    /// <summary>Found before the run: the batches are made after the first epoch only.</summary>
    private IEnumerable<string> TooLarge(int imageSize)
    {
        var most = Batch.MaxImages(imageSize);
        var allowed = $"allowed is at most {most} images of {imageSize} pixels in a batch (2 GiB)";
        if (CalibrationBatchSize < 2 && CalibrationImages > most)
            yield return $"'evaluation.calibrationImages' is {CalibrationImages}, {allowed}; lower it or set 'evaluation.calibrationBatchSize'";
        if (CalibrationBatchSize > most && CalibrationImages > most)
            yield return $"'evaluation.calibrationBatchSize' is {CalibrationBatchSize}, {allowed}";
        if (BatchSize > most && (ValidationImages <= 0 || ValidationImages > most))
            yield return $"'evaluation.batchSize' is {BatchSize}, {allowed}";
    }
}
