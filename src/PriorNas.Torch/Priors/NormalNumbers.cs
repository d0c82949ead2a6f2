using System.Runtime.Intrinsics;
using PriorNas.Randomness;
using static TorchSharp.torch;

namespace PriorNas.Torch.Priors;

/// <summary>
/// Normal numbers of mean 0 and variance 1 in bulk, from our own stream (Box and Muller 1958): a network's weights are tens of millions. A
/// shorter draw is the start of a longer one of the same stream, whatever the thread count.
/// </summary>
internal static class NormalNumbers
{
    /// <summary>Pairs that are computed at once; the numbers of a block are the cosine halves, then the sine halves.</summary>
    private const int Pairs = 8;

    /// <returns>float32 of the given shape.</returns>
    internal static Tensor Draw(RandomStream random, params long[] shape)
    {
        var drawn = empty(shape);
        Fill(TensorNumbers.Values(drawn), random);
        return drawn;
    }

    internal static void Fill(Span<float> values, RandomStream random)
    {
        Span<float> radii = stackalloc float[Pairs], angles = stackalloc float[Pairs], block = stackalloc float[2 * Pairs];
        for (var begin = 0; begin < values.Length; begin += block.Length)
        {
            for (var i = 0; i < Pairs; i++)
            {
                // 40 bits, in (0, 1], reach 7.4 standard deviations; 24 bits are what a float32 angle can hold.
                var bits = random.NextUInt64();
                radii[i] = ((bits >> 24) + 1) * (1f / (1L << 40));
                angles[i] = (bits & 0xFFFFFF) * (2 * MathF.PI / (1 << 24));
            }

            var radius = Vector256.Sqrt(-2f * Vector256.Log(Vector256.Create<float>(radii)));
            var (sine, cosine) = Vector256.SinCos(Vector256.Create<float>(angles));
            (radius * cosine).CopyTo(block);
            (radius * sine).CopyTo(block[Pairs..]);
            block[..Math.Min(block.Length, values.Length - begin)].CopyTo(values[begin..]);
        }
    }
}
