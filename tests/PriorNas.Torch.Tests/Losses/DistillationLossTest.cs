using PriorNas.Torch.Losses;
using PriorNas.Torch.Recipes;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PriorNas.Torch.Tests.Losses;

public class DistillationLossTest
{
    private static readonly DistillationOptions Defaults = new();

    /// <summary>Images, classes, standard deviation of the logits, temperature.</summary>
    public static TheoryData<int, int, double, double> Inputs => new()
    {
        { 1, 2, 1, 1 },
        { 3, 5, 2, 1 },
        { 4, 10, 3, 4 },
        { 5, 3, 1, 0.5 },
        { 2, 40, 2, 2 },
    };

    public static TheoryData<DistillationKind> Kinds => [.. Enum.GetValues<DistillationKind>()];

    [Theory]
    [MemberData(nameof(Inputs))]
    public void Soft_cross_entropy_and_its_gradient_equal_the_definition(int images, int classes, double spread, double temperature)
    {
        var input = LossInput.Draw(images, classes, spread);
        AssertEqual(input, Defaults with { Temperature = temperature }, logits => PlainDistillation.SoftCrossEntropy(logits, input.Teacher, temperature));
    }

    [Theory]
    [MemberData(nameof(Inputs))]
    public void Spherical_distillation_and_its_gradient_equal_the_definition(int images, int classes, double spread, double temperature)
    {
        var input = LossInput.Draw(images, classes, spread);
        AssertEqual(
            input, Defaults with { Loss = DistillationKind.Spherical, Temperature = temperature }, logits => PlainDistillation.Spherical(logits, input.Teacher, temperature));
    }

    [Theory]
    [MemberData(nameof(Inputs))]
    public void Decoupled_distillation_and_its_gradient_equal_the_definition(int images, int classes, double spread, double temperature)
    {
        var input = LossInput.Draw(images, classes, spread);
        foreach (var (target, nonTarget) in new[] { (1.0, 8.0), (0.5, 2.0), (1.0, 0.0), (0.0, 1.0) })
        {
            var options = Defaults with { Loss = DistillationKind.Decoupled, Temperature = temperature, TargetWeight = target, NonTargetWeight = nonTarget };
            AssertEqual(input, options, logits => PlainDistillation.Decoupled(logits, input.Teacher, input.Labels, temperature, target, nonTarget));
        }
    }

    /// <summary>The identity of the paper, for one image: KL = target part + (1 - p) x non-target part.</summary>
    [Fact]
    public void Decoupled_distillation_weighted_by_the_teachers_doubt_is_the_plain_divergence()
    {
        var input = LossInput.Draw(1, 6, 1.5);
        var teacher = PlainDistillation.Softmax(PlainDistillation.Row(input.Teacher, 0));
        var options = Defaults with { Loss = DistillationKind.Decoupled, TargetWeight = 1, NonTargetWeight = 1 - teacher[input.Labels[0]] };
        var expected = PlainDistillation.KullbackLeibler(teacher, PlainDistillation.Softmax(PlainDistillation.Row(input.Logits, 0)));
        Assert.Equal(expected, input.Evaluate(Loss(options)).Value, 1e-12);
    }

    [Fact]
    public void Spherical_distillation_does_not_see_length_and_offset_of_the_nets_logits()
    {
        var input = LossInput.Draw(4, 7, 2);
        var options = Defaults with { Loss = DistillationKind.Spherical, Temperature = 2 };
        var (value, gradient) = input.Evaluate(Loss(options));
        var (moved, smaller) = input.Evaluate((logits, teacher, labels) => DistillationLoss.Of(options, logits * tensor(3.0) - tensor(5.0), teacher, labels));
        Assert.Equal(value, moved, 1e-12);
        LossInput.AssertClose(gradient, smaller, 1e-10);
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void Logits_without_a_direction_have_no_spherical_gradient(ScalarType type)
    {
        var input = LossInput.Draw(2, 4, 2);
        for (var j = 0; j < 4; j++)
            input.Logits[1, j] = 2;
        var (value, gradient) = input.Evaluate(Loss(Defaults with { Loss = DistillationKind.Spherical }), type);
        Assert.True(double.IsFinite(value));
        Assert.All(gradient[..4], number => Assert.True(number != 0 && double.IsFinite(number)));
        Assert.All(gradient[4..], number => Assert.Equal(0, number));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_net_that_agrees_with_its_teacher_has_nothing_to_learn(DistillationKind kind)
    {
        var input = LossInput.Draw(3, 6, 3);
        foreach (var (low, high) in new[] { (-1.0, 1.0), (0.0, 2.0), (0.5, -2.0) })
        {
            var options = Defaults with { Loss = kind, Temperature = 1.5, AlphaMinimum = low, AlphaMaximum = high };
            var (value, gradient) = input.Evaluate((logits, _, labels) => DistillationLoss.Of(options, logits, logits.detach(), labels));
            if (kind != DistillationKind.SoftCrossEntropy)
                Assert.Equal(0, value, 1e-14);
            Assert.All(gradient, number => Assert.Equal(0, number, 1e-14));
        }
    }

    /// <summary>Sure subnets and sure teachers that disagree: every ratio of probabilities is 0 / 0 or overflows.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void Value_and_gradient_are_finite_at_logits_of_ten_thousand(DistillationKind kind)
    {
        foreach (var spread in new[] { 1e3, 1e4 })
        {
            var input = LossInput.Draw(6, 10, spread);
            foreach (var temperature in new[] { 1.0, 4.0 })
            {
                foreach (var (low, high) in new[] { (-1.0, 1.0), (-2.0, 0.0), (0.5, 2.0) })
                {
                    var options = Defaults with { Loss = kind, Temperature = temperature, AlphaMinimum = low, AlphaMaximum = high };
                    var (value, gradient) = input.Evaluate(Loss(options), ScalarType.Float32);
                    var (exact, exactGradient) = input.Evaluate(Loss(options));
                    Assert.Equal(exact, value, 1e-3 * (1 + Math.Abs(exact)));
                    LossInput.AssertClose(exactGradient, gradient, 1e-2);
                }
            }
        }
    }

    /// <summary>What every recipe of before trains must stay the same to the bit.</summary>
    [Fact]
    public void At_temperature_one_the_soft_cross_entropy_is_the_bytes_of_in_place_distillation()
    {
        var input = LossInput.Draw(16, 10, 3);
        var expected = input.Evaluate((logits, teacher, _) => ClassificationLoss.SoftCrossEntropy(logits, functional.softmax(teacher, dim: 1)), ScalarType.Float32);
        var actual = input.Evaluate((logits, teacher, labels) => DistillationLoss.WithLabels(Defaults, logits, teacher, labels), ScalarType.Float32);
        Assert.Equal(expected.Value, actual.Value);
        Assert.Equal(expected.Gradient, actual.Gradient);
    }

    [Fact]
    public void Labels_are_added_with_their_weight()
    {
        var input = LossInput.Draw(4, 5, 2);
        var options = Defaults with { Loss = DistillationKind.Spherical, Weight = 0.25, LabelWeight = 3 };
        var (value, gradient) = input.Evaluate((logits, teacher, labels) => DistillationLoss.WithLabels(options, logits, teacher, labels, labelSmoothing: 0.1));
        var taught = input.Evaluate(Loss(options));
        var labelled = input.Evaluate((logits, _, labels) => ClassificationLoss.CrossEntropy(logits, labels, 0.1));
        Assert.Equal(0.25 * taught.Value + 3 * labelled.Value, value, 1e-12);
        LossInput.AssertClose([.. taught.Gradient.Zip(labelled.Gradient, (a, b) => 0.25 * a + 3 * b)], gradient, 1e-12);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_loss_leaves_one_tensor(DistillationKind kind)
    {
        var input = LossInput.Draw(4, 5, 2);
        using var scope = NewDisposeScope();
        using var logits = LossInput.AsTensor(input.Logits).requires_grad_(true);
        using var teacher = LossInput.AsTensor(input.Teacher);
        using var labels = input.LabelTensor;
        foreach (var temperature in new[] { 1.0, 2.0 })
        {
            var options = Defaults with { Loss = kind, Temperature = temperature, Weight = 0.5, LabelWeight = 0.5 };
            var before = LiveTensors.CountAfterCollection();
            var loss = DistillationLoss.WithLabels(options, logits, teacher, labels);
            Assert.Equal(before + 1, Tensor.TotalCount);
            loss.Dispose();
            Assert.Equal(before, Tensor.TotalCount);
        }
    }

    private static Func<Tensor, Tensor, Tensor, Tensor> Loss(DistillationOptions options) =>
        (logits, teacher, labels) => DistillationLoss.Of(options, logits, teacher, labels);

    private static void AssertEqual(LossInput input, DistillationOptions options, Func<double[,], double> plain)
    {
        var (value, gradient) = input.Evaluate(Loss(options));
        var expected = plain(input.Logits);
        Assert.Equal(expected, value, 1e-11 * (1 + Math.Abs(expected)));
        LossInput.AssertClose(input.Differences(plain), gradient, 1e-7);
    }
}
