using PriorNas.Torch.Evaluation;
using static TorchSharp.torch;

namespace PriorNas.Torch.Tests.Evaluation;

public class BatchResultTest
{
    [Theory]
    [InlineData(10, 0)]
    [InlineData(10, 33)]
    [InlineData(45, 7)]
    [InlineData(3, 19)]
    public void Losses_and_margins_are_those_of_the_definition_in_the_groups_of_their_positions(int images, int first)
    {
        using var scope = NewDisposeScope();
        const int Classes = 7;
        var random = new System.Random(images + first);
        var values = Enumerable.Range(0, images * Classes).Select(_ => (float)(8 * random.NextDouble() - 4)).ToArray();
        var labels = Enumerable.Range(0, images).Select(_ => (long)random.Next(Classes)).ToArray();
        var result = BatchResult.Of(tensor(values, [images, Classes]), tensor(labels), first);

        var (loss, margin, correct, count) = (new double[20], new double[20], new int[20], new int[20]);
        for (var i = 0; i < images; i++)
        {
            double[] logits = [.. values[(i * Classes)..((i + 1) * Classes)].Select(value => (double)value)];
            var group = (first + i) % 20;
            loss[group] += Math.Log(logits.Sum(Math.Exp)) - logits[labels[i]];
            var gap = logits[labels[i]] - logits.Where((_, c) => c != labels[i]).Max();
            margin[group] += gap;
            correct[group] += gap > 0 ? 1 : 0;
            count[group]++;
        }

        for (var g = 0; g < 20; g++)
        {
            var group = result.Groups![g];
            Assert.Equal((count[g], correct[g]), (group.Images, group.Top1Correct));
            Assert.Equal(loss[g], group.Loss, 1e-5);
            Assert.Equal(margin[g], group.Margin, 1e-5);
        }

        Assert.True(result.IsPossible);
        Assert.Equal(loss.Sum() / images, result.Loss, 1e-5);
        Assert.Equal(margin.Sum() / images, result.Score(ScoreKind.Margin), 1e-5);
        Assert.Equal(-result.Loss, result.Score(ScoreKind.Loss));
    }

    [Fact]
    public void Small_losses_are_not_lost_beside_large_logits()
    {
        using var scope = NewDisposeScope();
        var result = BatchResult.Of(tensor(new float[] { 1010, 1000, 990 }, [1, 3]), tensor(new long[] { 0 }), 0);
        Assert.Equal(Math.Log(1 + Math.Exp(-10) + Math.Exp(-20)), result.Loss, 1e-7);
        Assert.Equal(10, result.Margin, 1e-4);
    }

    [Fact]
    public void Logits_that_are_not_finite_have_the_largest_loss_and_the_smallest_margin()
    {
        using var scope = NewDisposeScope();
        float[] values = [float.NaN, 1, 2, 0, float.PositiveInfinity, 0, 3, 2, float.NegativeInfinity];
        var result = BatchResult.Of(tensor(values, [3, 3]), tensor(new long[] { 1, 0, 2 }), 0);
        Assert.True(result.IsPossible);
        Assert.Equal(10_000, result.Loss);
        Assert.Equal(-10_000, result.Margin);
    }

    [Fact]
    public void A_tie_has_no_margin_and_a_single_class_no_loss()
    {
        using var scope = NewDisposeScope();
        var tie = BatchResult.Of(tensor(new float[] { 2, 2, 1, 2, 2, 1 }, [2, 3]), tensor(new long[] { 0, 1 }), 0);
        Assert.Equal((0, 1), (tie.Margin, tie.Top1Correct));
        var single = BatchResult.Of(tensor(new float[] { 5, -5 }, [2, 1]), tensor(new long[] { 0, 0 }), 0);
        Assert.Equal((0, 0, 1), (single.Loss, single.Margin, single.Top1));
    }
}
