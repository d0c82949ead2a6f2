using PriorNas.SearchSpaces;

namespace PriorNas.Tests.SearchSpaces;

public class CodeExplanationTest
{
    /// <summary>The guide's example.</summary>
    [Fact]
    public void A_digits_code_is_taken_apart() => Assert.Equal(
        [
            new CodePart("1", "always 1"),
            new CodePart("213", "depths: 2, 1, 3 blocks"),
            new CodePart("1", "stem: 16 channels, which follows the output of stage 1"),
            new CodePart("21 31 00", "stage 1, (inner, output) channels of each block: (10, 16) (6, 16) none"),
            new CodePart("42 00 00", "stage 2, (inner, output) channels of each block: (6, 20) none none"),
            new CodePart("11 21 31", "stage 3, (inner, output) channels of each block: (64, 64) (40, 64) (24, 64)"),
        ],
        TestSpaces.Tiny.Parse("12131213100420000112131").ExplainCode());

    [Fact]
    public void A_widths_code_is_taken_apart() => Assert.Equal(
        [
            new CodePart("12", "stem: 12 channels"),
            new CodePart("4-12-16-12-12-12", "stage 1, (inner, output) channels of each block: (4, 12) (16, 12) (12, 12)"),
            new CodePart("20-24-12-4-8-8", "stage 2, (inner, output) channels of each block: (20, 24) (12, 4) (8, 8)"),
            new CodePart("12-56-12-52-8-40", "stage 3, (inner, output) channels of each block: (12, 56) (12, 52) (8, 40)"),
            new CodePart("60", "not used by the network"),
        ],
        TestSpaces.Resnet20.Parse("12-4-12-16-12-12-12-20-24-12-4-8-8-12-56-12-52-8-40-60").ExplainCode());

    [Fact]
    public void The_parts_of_any_code_are_the_code() => CsCheck.Check.Sample(
        TestSpaces.Architectures,
        a => string.Join(a.Space.CodeFormat == CodeFormat.Digits ? "" : "-", a.ExplainCode().Select(p => p.Text.Replace(" ", "", StringComparison.Ordinal))) == a.Code);
}
