using PriorNas.Torch.Losses;
using static TorchSharp.torch;

namespace PriorNas.Torch.Tests.Losses;

public class ClassificationLossTest
{
    /// <summary>Central differences in double precision against autograd in single precision.</summary>
    [Fact]
    public void Soft_cross_entropy_and_its_gradient_equal_the_definition()
    {
        using var scope = NewDisposeScope();
        double[,] logits = { { 0.3, -1.2, 2.0 }, { 1.1, 0.4, -0.7 } };
        double[,] teacher = { { 0.2, 0.5, 0.3 }, { 0.7, 0.1, 0.2 } };
        var student = tensor(Flat(logits), 2, 3).to(ScalarType.Float32).requires_grad_(true);
        var loss = ClassificationLoss.SoftCrossEntropy(student, tensor(Flat(teacher), 2, 3).to(ScalarType.Float32));
        loss.backward();
        Assert.Equal(Definition(logits, teacher), loss.item<float>(), 1e-5);
        for (var i = 0; i < 2; i++)
        {
            for (var j = 0; j < 3; j++)
            {
                var (up, down) = ((double[,])logits.Clone(), (double[,])logits.Clone());
                up[i, j] += 1e-5;
                down[i, j] -= 1e-5;
                Assert.Equal((Definition(up, teacher) - Definition(down, teacher)) / 2e-5, student.grad![i, j].item<float>(), 1e-4);
            }
        }
    }

    [Theory]
    [InlineData(1, 2, 0.1)]
    [InlineData(4, 5, 0.1)]
    [InlineData(3, 20, 0.5)]
    [InlineData(3, 20, 0)]
    public void Label_smoothing_moves_a_share_of_the_label_to_all_classes(int images, int classes, double smoothing)
    {
        var input = LossInput.Draw(images, classes, spread: 2);
        double Plain(double[,] logits) => PlainDistillation.Mean(logits, i => -PlainDistillation.Softmax(PlainDistillation.Row(logits, i))
            .Select((q, j) => ((j == input.Labels[i] ? 1 - smoothing : 0) + smoothing / classes) * Math.Log(q)).Sum());
        var (value, gradient) = input.Evaluate((logits, _, labels) => ClassificationLoss.CrossEntropy(logits, labels, smoothing));
        Assert.Equal(Plain(input.Logits), value, 1e-12);
        LossInput.AssertClose(input.Differences(Plain), gradient, 1e-8);
    }

    /// <summary>What every recipe of before trains must stay the same to the bit.</summary>
    [Fact]
    public void Without_label_smoothing_the_cross_entropy_is_the_bytes_of_the_plain_one()
    {
        var input = LossInput.Draw(16, 10, spread: 3);
        var expected = input.Evaluate((logits, _, labels) => nn.functional.cross_entropy(logits, labels), ScalarType.Float32);
        var actual = input.Evaluate((logits, _, labels) => ClassificationLoss.CrossEntropy(logits, labels, 0), ScalarType.Float32);
        Assert.Equal(expected.Value, actual.Value);
        Assert.Equal(expected.Gradient, actual.Gradient);
    }

    [Fact]
    public void The_divergence_is_soft_cross_entropy_less_the_teachers_entropy()
    {
        var input = LossInput.Draw(3, 7, spread: 2);
        var expected = PlainDistillation.Mean(input.Logits, i => PlainDistillation.KullbackLeibler(
            PlainDistillation.Softmax(PlainDistillation.Row(input.Teacher, i)), PlainDistillation.Softmax(PlainDistillation.Row(input.Logits, i))));
        var (value, gradient) = input.Evaluate((logits, teacher, _) => ClassificationLoss.KullbackLeibler(logits, teacher));
        Assert.Equal(expected, value, 1e-12);
        LossInput.AssertClose(input.Evaluate((logits, teacher, _) => ClassificationLoss.SoftCrossEntropy(logits, teacher.softmax(1))).Gradient, gradient, 1e-14);
    }

    private static double Definition(double[,] logits, double[,] teacher)
    {
        var total = 0.0;
        for (var i = 0; i < 2; i++)
        {
            var sum = Math.Log(Enumerable.Range(0, 3).Sum(j => Math.Exp(logits[i, j])));
            total -= Enumerable.Range(0, 3).Sum(j => teacher[i, j] * (logits[i, j] - sum));
        }

        return total / 2;
    }

    private static double[] Flat(double[,] values) => [.. values.Cast<double>()];
}
