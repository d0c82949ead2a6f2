using CsCheck;
using PriorNas.Torch.Data.Transforms;

namespace PriorNas.Torch.Tests.Data.Transforms;

public sealed class NormalizedCopyTest
{
    private static readonly Normalization Normal = new([0.507f, 0.487f, 0.441f], [0.267f, 0.256f, 0.276f]);

    [Fact]
    public void Both_orders_have_the_bits_of_the_formula() => Gen.Int[1, 70].SelectMany(pixels => Gen.Byte.Array[3 * pixels]).Sample(
        bytes =>
        {
            var (planes, interleaved) = (new float[bytes.Length], new float[bytes.Length]);
            NormalizedCopy.ToPlanes(bytes, Normal, planes);
            NormalizedCopy.Interleaved(bytes, Normal, interleaved);
            for (var i = 0; i < bytes.Length; i++)
            {
                float product = bytes[i] * Normal.Scale[i % 3];
                var expected = product + Normal.Offset[i % 3];
                Assert.Equal(expected, interleaved[i]);
                Assert.Equal(expected, planes[i % 3 * (bytes.Length / 3) + i / 3]);
            }
        },
        iter: 300);
}
