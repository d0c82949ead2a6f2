using PriorNas.Torch.Evaluation.Fused;

namespace PriorNas.Torch.Tests.Evaluation.Fused;

public class FeatureMapTransformsTest
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 1, 3)]
    [InlineData(3, 1, 5)]
    [InlineData(4, 1, 6)]
    [InlineData(5, 1, 9)]
    [InlineData(6, 1, 10)]
    [InlineData(7, 1, 11)]
    [InlineData(8, 1, 12)]
    [InlineData(1, 2, 1)]
    [InlineData(2, 2, 2)]
    [InlineData(3, 2, 4)]
    [InlineData(4, 2, 5)]
    [InlineData(5, 2, 7)]
    [InlineData(6, 2, 7)]
    [InlineData(7, 2, 9)]
    [InlineData(8, 2, 9)]
    public void Products_give_the_convolution_of_a_side(int size, int stride, int products) =>
        AssertConvolution(FeatureMapTransforms.Of(size, stride, isRough: false), size, stride, products);

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 1, 3)]
    [InlineData(3, 1, 7)]
    [InlineData(4, 1, 8)]
    [InlineData(1, 2, 1)]
    [InlineData(2, 2, 2)]
    [InlineData(3, 2, 4)]
    [InlineData(4, 2, 5)]
    public void Of_few_digits_no_more_than_one_sum_stands_before_a_product(int size, int stride, int products)
    {
        var form = FeatureMapTransforms.Of(size, stride, isRough: true);
        AssertConvolution(form, size, stride, products);
        for (var product = 0; product < form.Count; product++)
            Assert.InRange(Enumerable.Range(0, size).Sum(i => Math.Abs(form.Input[product, i])), 1, 2);
    }

    [Theory]
    [InlineData(9, 1, false)]
    [InlineData(9, 2, false)]
    [InlineData(1, 3, false)]
    [InlineData(5, 1, true)]
    [InlineData(5, 2, true)]
    public void Other_maps_have_no_products(int size, int stride, bool isRough) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => FeatureMapTransforms.Of(size, stride, isRough));

    private static void AssertConvolution(FeatureMapTransforms form, int size, int stride, int products)
    {
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
}
