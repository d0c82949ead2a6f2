using PriorNas.Files;
using PriorNas.SearchSpaces;

namespace PriorNas.Tests.Issues;

/// <summary>Text with half a surrogate pair, which has no UTF-8 form, gave an ArgumentException of the JSON parser.</summary>
public class HalfSurrogateTest
{
    [Theory]
    [InlineData("\uD800")]
    [InlineData("{ \"\uDC00\": 1 }")]
    public void It_is_bad_input(string json) => Assert.Equal(
        "space is not valid JSON: it holds text that is not Unicode.", Assert.Throws<InputException>(() => SearchSpace.Read(json, "space")).Message);
}
