using PriorNas.Randomness;

namespace PriorNas.Torch.Supernet;

/// <summary>
/// A convolution of same padding (kernel / 2) and its gradients by their definition, in double precision and without the tensor library.
/// All arrays are in the order of their indices: feature maps [N, C, H, W], weights [out, in, k, k].
/// </summary>
internal sealed class PlainConvolution
{
    private readonly int size;

    private PlainConvolution(int images, int inputChannels, int outputChannels, int size, int kernel, int stride)
    {
        this.size = size;
        (InputChannels, OutputChannels, Kernel, Stride) = (inputChannels, outputChannels, kernel, stride);
        Input = new double[images * inputChannels * size * size];
        InputGradient = new double[Input.Length];
        Weight = new double[outputChannels * inputChannels * kernel * kernel];
        WeightGradient = new double[Weight.Length];
        Output = new double[images * outputChannels * OutputSize * OutputSize];
        OutputGradient = new double[Output.Length];
    }

    internal int InputChannels { get; }

    internal int OutputChannels { get; }

    internal int Kernel { get; }

    internal int Stride { get; }

    internal double[] Input { get; }

    internal double[] InputGradient { get; }

    internal double[] Weight { get; }

    internal double[] WeightGradient { get; }

    internal double[] Output { get; }

    internal double[] OutputGradient { get; }

    private int OutputSize => (size - 1) / Stride + 1;

    /// <summary>Computes with values that float32 holds exactly: multiples of 1/256 in [-1, 1).</summary>
    internal static PlainConvolution Random(RandomStream random, int images, int inputChannels, int outputChannels, int size, int kernel, int stride)
    {
        var plain = new PlainConvolution(images, inputChannels, outputChannels, size, kernel, stride);
        foreach (var values in (double[][])[plain.Input, plain.Weight, plain.OutputGradient])
        {
            for (var i = 0; i < values.Length; i++)
                values[i] = random.Next(512) / 256.0 - 1;
        }

        for (var image = 0; image < images; image++)
        {
            for (var output = 0; output < outputChannels; output++)
            {
                for (var position = 0; position < plain.OutputSize * plain.OutputSize; position++)
                    plain.Compute(image, output, position / plain.OutputSize, position % plain.OutputSize);
            }
        }

        return plain;
    }

    /// <summary>One element of the output, and what its gradient gives to all that it was computed from.</summary>
    private void Compute(int image, int output, int row, int column)
    {
        var at = ((image * OutputChannels + output) * OutputSize + row) * OutputSize + column;
        for (var tap = 0; tap < InputChannels * Kernel * Kernel; tap++)
        {
            var (input, y, x) = (tap / (Kernel * Kernel), row * Stride + tap / Kernel % Kernel - Kernel / 2, column * Stride + tap % Kernel - Kernel / 2);
            if (y < 0 || y >= size || x < 0 || x >= size)
                continue;
            var (from, by) = (((image * InputChannels + input) * size + y) * size + x, output * InputChannels * Kernel * Kernel + tap);
            Output[at] += Input[from] * Weight[by];
            InputGradient[from] += OutputGradient[at] * Weight[by];
            WeightGradient[by] += OutputGradient[at] * Input[from];
        }
    }
}
