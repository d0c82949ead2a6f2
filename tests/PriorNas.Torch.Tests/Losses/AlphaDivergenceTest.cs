using PriorNas.Torch.Losses;
using PriorNas.Torch.Recipes;

namespace PriorNas.Torch.Tests.Losses;

public class AlphaDivergenceTest
{
    /// <summary>Images, classes, standard deviation of the logits, the two alphas, clip, whether weights are clipped.</summary>
    public static TheoryData<int, int, double, double, double, double, bool> Inputs => new()
    {
        { 3, 5, 0.3, -1, 1, 5, false },
        { 6, 5, 2, -1, 1, 5, true },
        { 4, 10, 0.3, -1, 0, 5, false },
        { 4, 10, 0.8, -1, 0, 4, true },
        { 5, 2, 2, 0, 1, 5, false },
        { 5, 20, 0.2, -2, 0.5, 5, false },
        { 5, 20, 1, -2, 0.5, 1.5, true },
        { 4, 8, 0.2, 0.5, 2, 5, false },
        { 4, 8, 2, 0.5, 2, 3, true },
    };

    [Theory]
    [MemberData(nameof(Inputs))]
    public void Value_and_gradient_are_those_of_the_larger_divergence(int images, int classes, double spread, double low, double high, double clip, bool clipped)
    {
        foreach (var temperature in new[] { 1.0, 2.0 })
        {
            var input = LossInput.Draw(images, classes, spread * temperature);
            var options = new DistillationOptions { Loss = DistillationKind.AlphaDivergence, Temperature = temperature, AlphaMinimum = low, AlphaMaximum = high, Clip = clip };
            double[] Net(double[,] logits, int image) => PlainDistillation.Softmax(PlainDistillation.Row(logits, image, temperature));
            double Divergence(int image, double alpha) => PlainDistillation.AlphaDivergence(Net(input.Teacher, image), Net(input.Logits, image), alpha, clip);
            var alphas = Enumerable.Range(0, images).Select(image => Divergence(image, low) > Divergence(image, high) ? low : high).ToArray();
            Assert.Equal(clipped, Enumerable.Range(0, images).Any(image => IsClipped(Net(input.Teacher, image), Net(input.Logits, image), alphas[image], clip)));

            var (value, gradient) = input.Evaluate((logits, teacher, labels) => DistillationLoss.Of(options, logits, teacher, labels));
            var factor = temperature * temperature;
            Assert.Equal(factor * Enumerable.Range(0, images).Average(image => Divergence(image, alphas[image])), value, 1e-11);
            var differences = input.Differences(logits => factor * PlainDistillation.Mean(
                logits, image => PlainDistillation.TangentDivergence(Net(input.Teacher, image), Net(logits, image), alphas[image], clip)));
            LossInput.AssertClose(differences, gradient, 1e-7);
        }
    }

    /// <summary>Each sign of alpha must decide for some image, or the adaptive choice would be none.</summary>
    [Fact]
    public void Sure_nets_and_unsure_nets_get_different_alphas()
    {
        var input = LossInput.Draw(1, 5, 1);
        double Value(double sureness, double low, double high) => input.Evaluate((logits, teacher, _) =>
            AlphaDivergence.Largest(logits * TorchSharp.torch.tensor(sureness), logits.detach(), low, high, clip: 100)).Value;
        Assert.Equal(Value(2, 1, 1), Value(2, -1, 1));
        Assert.Equal(Value(0.2, -1, -1), Value(0.2, -1, 1));
        Assert.NotEqual(Value(2, -1, -1), Value(2, -1, 1));
        Assert.NotEqual(Value(0.2, 1, 1), Value(0.2, -1, 1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Near_zero_and_one_the_divergence_nears_its_limit(double limit)
    {
        var input = LossInput.Draw(3, 6, 0.5);
        (double Value, double[] Gradient) At(double alpha) => input.Evaluate((logits, teacher, _) => AlphaDivergence.Largest(logits, teacher, alpha, alpha, clip: 1e6));
        foreach (var offset in new[] { -2e-3, -1e-5, 1e-5, 2e-3 })
        {
            Assert.Equal(At(limit).Value, At(limit + offset).Value, 2e-3);
            LossInput.AssertClose(At(limit).Gradient, At(limit + offset).Gradient, 2e-3);
        }
    }

    private static bool IsClipped(double[] p, double[] q, double alpha, double clip) =>
        alpha is not (0 or 1) && p.Zip(q, (a, b) => Math.Pow(a / b, alpha)).Any(weight => weight > clip);
}
