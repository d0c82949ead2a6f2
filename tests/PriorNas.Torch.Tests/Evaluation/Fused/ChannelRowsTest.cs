using PriorNas.Torch.Evaluation.Fused;
using TorchSharp;
using static TorchSharp.torch;

namespace PriorNas.Torch.Tests.Evaluation.Fused;

public class ChannelRowsTest
{
    /// <summary>Precision and shape [outer, images, inner, channels]: images first and positions first, in one block of rows and in many, for one thread and for more.</summary>
    public static TheoryData<ScalarType, long[]> Maps => new()
    {
        { ScalarType.Float32, [1, 5, 1, 8] }, { ScalarType.Float32, [1, 12, 81, 24] }, { ScalarType.Float32, [16, 300, 1, 40] },
        { ScalarType.BFloat16, [1, 5, 9, 8] }, { ScalarType.BFloat16, [1, 12, 81, 24] }, { ScalarType.BFloat16, [4, 300, 1, 40] },
    };

    [Theory]
    [MemberData(nameof(Maps))]
    public void Moments_are_those_of_the_chosen_images(ScalarType precision, long[] shape)
    {
        using var scope = NewDisposeScope();

        // Means far from 0 show a variance that is a difference of large numbers.
        var maps = randn(shape).add(randn(shape[3]).mul(tensor(100f))).to(precision);
        var (first, count) = (2L, shape[1] - 3);
        var moments = ChannelMoments.Of(new ChannelRows(maps, shape[0], shape[1]), (int)first, (int)count);
        var chosen = maps.narrow(1, first, count).to(ScalarType.Float64).reshape(-1, shape[3]);
        Assert.Equal(chosen.size(0), moments.Count);
        AssertClose(chosen.mean([0L]), tensor(moments.Mean), 1e-6);
        AssertClose(chosen.sub(chosen.mean([0L])).square().sum([0L]), tensor(moments.SquaredDeviations), 1e-5);
    }

    [Theory]
    [MemberData(nameof(Maps))]
    public void Scale_shift_residual_and_slope_reach_the_chosen_images_alone(ScalarType precision, long[] shape)
    {
        using var scope = NewDisposeScope();
        foreach (var hasResidual in new[] { false, true })
        {
            foreach (var slope in new[] { 0f, 0.25f, 1f })
            {
                var (maps, residual) = (randn(shape).to(precision), randn(shape).to(precision));
                var affine = new ChannelAffine([.. randn(shape[3]).data<float>()], [.. randn(shape[3]).data<float>()]);
                var (first, count) = (1L, shape[1] - 2);
                var expected = maps.to(ScalarType.Float64);
                var chosen = expected.narrow(1, first, count);
                var value = chosen * tensor(affine.Scale).to(ScalarType.Float64);
                value = value.add(tensor(affine.Shift).to(ScalarType.Float64));
                if (hasResidual)
                    value = value.add(residual.narrow(1, first, count).to(ScalarType.Float64));
                using var negativeSlope = ((double)slope).ToScalar();
                chosen.copy_(value.leaky_relu(negativeSlope));
                affine.Apply(new ChannelRows(maps, shape[0], shape[1]), (int)first, (int)count, hasResidual ? new ChannelRows(residual, shape[0], shape[1]) : null, slope);
                AssertClose(expected.to(precision).to(ScalarType.Float64), maps.to(ScalarType.Float64), precision == ScalarType.BFloat16 ? 1.0 / 128 : 1e-6);
            }
        }
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void What_is_no_number_stays_so(ScalarType precision)
    {
        using var scope = NewDisposeScope();
        var maps = tensor([float.NaN, float.PositiveInfinity, float.NegativeInfinity, -1, 0, 1, 2, 3]).to(precision).view(1, 1, 1, 8);
        new ChannelAffine([1, 1, 1, 1, 1, 1, 1, 1], new float[8]).Apply(new ChannelRows(maps, 1, 1), 0, 1, null, 0.5f);
        Assert.Equal([float.NaN, float.PositiveInfinity, float.NegativeInfinity, -0.5f, 0, 1, 2, 3], maps.to(ScalarType.Float32).data<float>().ToArray());
        new ChannelAffine([1, 1, 1, 1, 1, 1, 1, 1], [BitConverter.Int32BitsToSingle(0x7FFFFFFF), 0, 0, 0, 0, 0, 0, 0]).Apply(new ChannelRows(maps, 1, 1), 0, 1, null, 0);
        Assert.Equal([float.NaN, float.PositiveInfinity, 0, 0, 0, 1, 2, 3], maps.to(ScalarType.Float32).data<float>().ToArray());
    }

    [Fact]
    public void What_does_not_lie_in_rows_of_vectors_and_what_lies_beyond_is_refused()
    {
        using var scope = NewDisposeScope();
        var affine = new ChannelAffine(new float[8], new float[8]);
        Assert.Throws<ArgumentException>(() => affine.Apply(new ChannelRows(zeros(1, 2, 3, 8), 1, 2), 0, 2, new ChannelRows(zeros(1, 2, 2, 8), 1, 2), 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => affine.Apply(new ChannelRows(zeros(1, 2, 3, 8), 1, 2), 1, 2, null, 0));
        Assert.Throws<ArgumentException>(() => new ChannelRows(zeros(1, 2, 3, 12), 1, 2));
        Assert.Throws<ArgumentException>(() => new ChannelRows(zeros(1, 8, 3, 2).permute(0, 3, 2, 1), 1, 2));
    }

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance) =>
        Assert.InRange(((expected - actual).abs() / maximum(expected.abs(), ones(1, dtype: ScalarType.Float64))).max().item<double>(), 0, tolerance);
}
