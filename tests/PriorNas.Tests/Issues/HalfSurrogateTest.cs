using PriorNas.Files;
using PriorNas.SearchSpaces;

namespace PriorNas.Tests.Issues;

/// <summary>Text with half a surrogate pair, which has no UTF-8 form, gave an ArgumentException of the JSON parser.</summary>
public class HalfSurrogateTest
{
    [Fact]
    public void It_is_bad_input()
    {
        // Not as data of a theory, which would be stored as UTF-8.
        foreach (var json in new[] { "\uD800", "{ \"\uDC00\": 1 }" })
            Assert.Equal("space is not valid JSON: it holds text that is not Unicode.", Assert.Throws<InputException>(() => SearchSpace.Read(json, "space")).Message);
    }
}
