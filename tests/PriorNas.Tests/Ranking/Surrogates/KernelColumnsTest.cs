using MathNet.Numerics.LinearAlgebra;
using PriorNas.Randomness;
using PriorNas.Ranking.Surrogates;

namespace PriorNas.Tests.Ranking.Surrogates;

public class KernelColumnsTest
{
    private const double Noise = 0.2, Length = 1.5, Share = 0.4;

    private readonly double[][] points;
    private readonly double[] scores;

    public KernelColumnsTest()
    {
        var random = new RandomStream(5);
        points = [.. Enumerable.Range(0, 12).Select(_ => Features(random))];
        scores = [.. points.Select(x => 2 + x[0] - x[1] * x[2] + 0.3 * random.NextGaussian())];
    }

    /// <summary>The posterior of a Gaussian process with an unknown mean (Rasmussen and Williams 2006, equations 2.41 and 2.42).</summary>
    [Fact]
    public void A_regression_on_them_is_the_Gaussian_process()
    {
        var kernel = new KernelColumns(points, Length, Share);
        MappedRow[] rows = [.. points.Select(x => kernel.Map(x))];
        double[] ones = [.. points.Select(_ => 1.0)];
        var regression = new RidgeRegression(Moments.Of(rows, scores, ones, Enumerable.Range(0, rows.Length)), Noise);

        var inverse = Matrix<double>.Build.Dense(12, 12, (i, j) => Kernel(points[i], points[j]) + (i == j ? Noise : 0)).Inverse();
        Vector<double> one = Vector<double>.Build.Dense(12, 1), y = Vector<double>.Build.Dense(scores);
        var mean = one * inverse * y / (one * inverse * one);
        var random = new RandomStream(6);
        foreach (var x in Enumerable.Range(0, 20).Select(_ => Features(random)).Concat(points))
        {
            var near = Vector<double>.Build.Dense(12, i => Kernel(x, points[i]));
            var left = 1 - one * inverse * near;
            var variance = Kernel(x, x) - near * inverse * near + left * left / (one * inverse * one);
            var predicted = regression.Predict(kernel.Map(x));
            Assert.Equal(mean + near * inverse * (y - mean * one), predicted.Value, 1e-6);
            Assert.Equal(variance / Noise, predicted.Variance, 1e-6);
        }
    }

    [Fact]
    public void The_kernel_of_the_highest_likelihood_fits_the_function()
    {
        var random = new RandomStream(7);
        double[][] rows = [.. Enumerable.Range(0, 80).Select(_ => Features(random))];
        double[] alike = [.. rows.Select(_ => 1.0)], linear = [.. rows.Select(x => 5 * x[0] - 3 * x[2] + 0.1 * random.NextGaussian())];
        double[] wavy = [.. rows.Select(x => Math.Sin(3 * x[0]) * Math.Cos(2 * x[1]))];
        Assert.Equal(0.9, KernelColumns.Choose(rows, linear, alike, new RandomStream(1)).LinearShare);
        var chosen = KernelColumns.Choose(rows, wavy, alike, new RandomStream(1));
        Assert.Equal(0, chosen.LinearShare);
        Assert.True(chosen.LengthScale < KernelColumns.Choose(rows, linear, alike, new RandomStream(1)).LengthScale);
    }

    private static double[] Features(RandomStream random) => [random.NextGaussian(), random.NextGaussian(), random.NextGaussian()];

    private static double Kernel(double[] x, double[] z) =>
        Share * x.Zip(z, (a, b) => a * b).Sum() + (1 - Share) * Math.Exp(-x.Zip(z, (a, b) => (a - b) * (a - b)).Sum() / (2 * Length * Length));
}
