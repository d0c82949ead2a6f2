using PriorNas.Torch.Native;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PriorNas.Torch.Tests.Issues;

/// <summary>
/// The matrix library chooses its path by where operands lie in memory, and with it the last bits: of 2,000 small products with displaced
/// operands 552 differed. <see cref="TorchNativeLibrary"/> asks it for the same bits anywhere, on which byte-identical runs rest.
/// </summary>
public class OperandPlacementTest
{
    [Fact]
    public void Products_have_the_same_bits_wherever_their_operands_lie()
    {
        using var noGradient = no_grad();
        var sizes = new[] { 1, 2, 3, 5, 8, 13, 31, 40, 77 };
        foreach (var rows in sizes)
        {
            foreach (var inputs in sizes)
            {
                using var scope = NewDisposeScope();
                var (input, weight) = (randn(rows, inputs), randn(24, inputs));
                var expected = functional.linear(Displaced(input, 0), Displaced(weight, 0)).bytes.ToArray();
                foreach (var (first, second) in new[] { (1, 0), (0, 3), (7, 8), (16, 21), (33, 15) })
                    Assert.Equal(expected, functional.linear(Displaced(input, first), Displaced(weight, second)).bytes.ToArray());
            }
        }
    }

    private static Tensor Displaced(Tensor values, int elements)
    {
        var copy = zeros(values.numel() + elements).narrow(0, elements, values.numel()).view(values.shape);
        copy.copy_(values);
        return copy;
    }
}
