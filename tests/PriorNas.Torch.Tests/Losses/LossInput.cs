using PriorNas.Randomness;
using static TorchSharp.torch;

namespace PriorNas.Torch.Tests.Losses;

/// <summary>Random logits of a subnet and its teacher with labels, and the checks that every loss of them must pass.</summary>
internal sealed class LossInput
{
    private LossInput(double[,] logits, double[,] teacher, int[] labels) => (Logits, Teacher, Labels) = (logits, teacher, labels);

    /// <summary>[images, classes].</summary>
    internal double[,] Logits { get; }

    internal double[,] Teacher { get; }

    internal int[] Labels { get; }

    internal Tensor LabelTensor => tensor(Labels).to(ScalarType.Int64);

    /// <param name="images">N.</param>
    /// <param name="classes">At least 2.</param>
    /// <param name="spread">Standard deviation of the logits.</param>
    internal static LossInput Draw(int images, int classes, double spread)
    {
        var random = new RandomStream(7).Split("loss", images * 1000 + classes);
        var (logits, teacher) = (new double[images, classes], new double[images, classes]);
        for (var i = 0; i < images; i++)
        {
            for (var j = 0; j < classes; j++)
                (logits[i, j], teacher[i, j]) = (spread * random.NextGaussian(), spread * random.NextGaussian());
        }

        return new LossInput(logits, teacher, [.. Enumerable.Range(0, images).Select(_ => random.Next(classes))]);
    }

    internal static Tensor AsTensor(double[,] values, ScalarType type = ScalarType.Float64) =>
        tensor([.. values.Cast<double>()], values.GetLength(0), values.GetLength(1)).to(type);

    /// <summary>Value and gradient by the logits of a loss of (logits, teacher, labels), as float64.</summary>
    internal (double Value, double[] Gradient) Evaluate(Func<Tensor, Tensor, Tensor, Tensor> loss, ScalarType type = ScalarType.Float64)
    {
        using var scope = NewDisposeScope();
        var logits = AsTensor(Logits, type).requires_grad_(true);
        var result = loss(logits, AsTensor(Teacher, type), LabelTensor);
        Assert.Equal(type, result.dtype);
        Assert.Equal(0, result.dim());
        result.backward();
        return (result.to(ScalarType.Float64).item<double>(), logits.grad!.to(ScalarType.Float64).data<double>().ToArray());
    }

    /// <summary>Central differences of a plain function of the logits, where the error of both kinds is about 1e-10 of the values.</summary>
    internal double[] Differences(Func<double[,], double> plain)
    {
        const double Width = 1e-5;
        var gradient = new double[Logits.Length];
        for (var i = 0; i < gradient.Length; i++)
        {
            var (up, down) = ((double[,])Logits.Clone(), (double[,])Logits.Clone());
            var (row, column) = Math.DivRem(i, Logits.GetLength(1));
            up[row, column] += Width;
            down[row, column] -= Width;
            gradient[i] = (plain(up) - plain(down)) / (2 * Width);
        }

        return gradient;
    }

    internal static void AssertClose(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], tolerance * (1 + Math.Abs(expected[i])));
    }
}
