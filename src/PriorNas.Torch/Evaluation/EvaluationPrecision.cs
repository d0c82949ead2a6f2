namespace PriorNas.Torch.Evaluation;

#pragma warning disable CA1720 // The field's name for this arithmetic.
/// <summary>With which arithmetic a list of architectures is ranked.</summary>
public enum EvaluationPrecision
{
    /// <summary>float32 in the forms that are fastest: logits differ from <see cref="Exact"/> by rounding.</summary>
    Float32,

    /// <summary>float32 by the very operations of the supernet's forward pass: the bits of one network after another.</summary>
    Exact,

    /// <summary>As <see cref="Float32"/>, with weights and feature maps of 16 bits, 8 of them digits; sums and batch-norm statistics are float32.</summary>
    BFloat16,
}
