using PriorNas.Randomness;
using PriorNas.Torch.Priors;

namespace PriorNas.Torch.Tests.Priors;

public class NormalNumbersTest
{
    /// <summary>Of 16 numbers the first 8 are the cosine halves of 8 pairs, the others the sine halves.</summary>
    [Fact]
    public void They_are_Box_and_Mullers_of_the_streams_bits()
    {
        var bits = new RandomStream(3);
        var numbers = Draw(3, 4096);
        for (var begin = 0; begin < numbers.Length; begin += 16)
        {
            for (var i = begin; i < begin + 8; i++)
            {
                var draw = bits.NextUInt64();
                var radius = Math.Sqrt(-2 * Math.Log(((draw >> 24) + 1.0) / (1L << 40)));
                var (sine, cosine) = Math.SinCos(2 * Math.PI * (draw & 0xFFFFFF) / (1 << 24));
                Assert.Equal(radius * cosine, numbers[i], 5e-6);
                Assert.Equal(radius * sine, numbers[i + 8], 5e-6);
            }
        }
    }

    [Fact]
    public void Moments_and_tails_are_those_of_the_normal_distribution()
    {
        var numbers = Draw(5, 1_000_000);
        double Mean(Func<double, double> of) => numbers.Average(n => of(n));
        Assert.Equal(0, Mean(n => n), 0.004);
        Assert.Equal(1, Mean(n => n * n), 0.006);
        Assert.Equal(0, Mean(n => n * n * n), 0.016);
        Assert.Equal(3, Mean(n => n * n * n * n), 0.04);
        Assert.Equal(0.317311, Mean(n => Math.Abs(n) > 1 ? 1 : 0), 0.002);
        Assert.Equal(0.0026998, Mean(n => Math.Abs(n) > 3 ? 1 : 0), 0.0003);
        Assert.Equal(0, Enumerable.Range(1, numbers.Length - 1).Average(i => (double)numbers[i] * numbers[i - 1]), 0.004);
        Assert.Equal(0, Enumerable.Range(8, numbers.Length - 8).Average(i => (double)numbers[i] * numbers[i - 8]), 0.004);
    }

    [Fact]
    public void A_shorter_draw_is_the_beginning_of_a_longer_one()
    {
        var whole = Draw(7, 100);
        foreach (var length in new[] { 0, 1, 15, 16, 17, 33, 99 })
            Assert.Equal(whole[..length], Draw(7, length));
    }

    private static float[] Draw(ulong seed, int count)
    {
        var numbers = new float[count];
        NormalNumbers.Fill(numbers, new RandomStream(seed));
        return numbers;
    }
}
