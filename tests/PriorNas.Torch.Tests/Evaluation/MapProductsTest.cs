using PriorNas.Torch.Evaluation;

namespace PriorNas.Torch.Tests.Evaluation;

public class MapProductsTest
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 1, 3)]
    [InlineData(3, 1, 5)]
    [InlineData(4, 1, 6)]
    [InlineData(1, 2, 1)]
    [InlineData(2, 2, 2)]
    [InlineData(3, 2, 4)]
    [InlineData(4, 2, 5)]
    public void Products_give_the_convolution_of_a_side(int size, int stride, int products)
    {
        var form = MapProducts.Of(size, stride, isRough: false)!;
        Assert.Equal(products, form.Count);
        for (var input = 0; input < size; input++)
        {
            for (var tap = 0; tap < 3; tap++)
            {
                // By bilinearity the unit vectors show all.
                for (var output = 0; output < form.Output.GetLength(0); output++)
                {
                    var sum = Enumerable.Range(0, products).Sum(p => form.Output[output, p] * form.Weight[p, tap] * form.Input[p, input]);
                    Assert.Equal(input == output * stride + tap - 1 ? 1 : 0, sum, 1e-12);
                }
            }
        }
    }

    [Theory]
    [InlineData(5, 1, false)]
    [InlineData(5, 2, false)]
    [InlineData(4, 1, true)]
    [InlineData(3, 2, true)]
    public void Larger_maps_and_long_sums_of_few_digits_are_left_to_convolutions(int size, int stride, bool isRough) =>
        Assert.Null(MapProducts.Of(size, stride, isRough));
}
