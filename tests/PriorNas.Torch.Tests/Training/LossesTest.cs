using PriorNas.Torch.Training;
using static TorchSharp.torch;

namespace PriorNas.Torch.Tests.Training;

public class LossesTest
{
    /// <summary>Central differences in double precision against autograd in single precision.</summary>
    [Fact]
    public void Soft_cross_entropy_and_its_gradient_equal_the_definition()
    {
        using var scope = NewDisposeScope();
        double[,] logits = { { 0.3, -1.2, 2.0 }, { 1.1, 0.4, -0.7 } };
        double[,] teacher = { { 0.2, 0.5, 0.3 }, { 0.7, 0.1, 0.2 } };
        var student = tensor(Flat(logits), 2, 3).to(ScalarType.Float32).requires_grad_(true);
        var loss = Losses.SoftCrossEntropy(student, tensor(Flat(teacher), 2, 3).to(ScalarType.Float32));
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
