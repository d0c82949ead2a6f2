using PriorNas.Torch.Supernet;
using static TorchSharp.torch;

namespace PriorNas.Torch.Evaluation;

/// <summary>
/// A supernet, layer by layer, for the calibration images and a group of validation images at once: each layer takes its batch-norm
/// statistics from what the calibration images give there, and these depend on nothing but the layers before.
/// </summary>
internal abstract class PrefixLayers : IDisposable
{
    /// <summary>Starts a walk; what was kept is forgotten unless it is used.</summary>
    internal abstract void Start(CalibrationUse use);

    /// <summary>The images of a walk, the calibration images among them unless their statistics were kept.</summary>
    /// <param name="group">Which batches of the validation images.</param>
    /// <returns>Tensors of the caller's scope, to be passed to <see cref="Stem"/>.</returns>
    internal abstract Tensor[] Images(Range group);

    /// <summary>The feature maps that enter the first stage.</summary>
    internal abstract Tensor[] Stem(Tensor[] images, int channels);

    /// <summary>The feature maps that leave a block.</summary>
    internal abstract Tensor[] Block(Tensor[] maps, int stage, int block, BlockWidths widths);

    /// <summary>The logits of the group's validation images, batch by batch, float32 [N, classes].</summary>
    /// <param name="maps">Of the last block.</param>
    /// <param name="channels">The last block's width.</param>
    internal abstract Tensor[] Logits(Tensor[] maps, int channels);

    public abstract void Dispose();
}
