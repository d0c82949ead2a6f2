using PriorNas.Files;
using PriorNas.SearchSpaces;

namespace PriorNas.Tests.SearchSpaces;

/// <summary>What a user reads who gives a code that is not of the space.</summary>
public class ArchitectureCodeFaultTest
{
    private const string Tail = "1111000000" + "1111000000000000" + "1111000000";

    [Theory]
    [InlineData("123", "it has 3 characters, a code of this space has 52")]
    [InlineData("", "it has 0 characters, a code of this space has 52")]
    [InlineData("12222111110000001" + "a11000000" + "1111000000000000" + "1111000000", "character 18 is 'a', only digits may stand in a code")]
    [InlineData("222221" + "1111000000" + Tail, "digit 1 (image size) is 2, it must be 1")]
    [InlineData("112221" + "1111000000" + Tail, "digit 2 (depth of stage 1) is 1, it may be 2..5")]
    [InlineData("162921" + "1111000000" + Tail, "digit 2 (depth of stage 1) is 6, it may be 2..5; digit 4 (depth of stage 3) is 9, it may be 2..8")]
    [InlineData("122221" + "1181000000" + Tail, "digit 9 (stage 1, block 2, inner width) is 8, it may be 1..7")]
    [InlineData("122229" + "1111000000" + Tail, "digit 6 (stem) is 9, it may be 1..7")]
    [InlineData("122220" + "1111000000" + Tail, "digit 6 (stem) is 0, it may be 1..7")]
    [InlineData("122221" + "1101000000" + Tail, "digit 9 (stage 1, block 2, inner width) is 0 in an active block, it may be 1..7")]
    [InlineData("132221" + "1111000000" + Tail, "digit 11 (stage 1, block 3, inner width) is 0 in an active block, it may be 1..7; digit 12 (stage 1, block 3, output width) is 0 in an active block, it may be 1..7")]
    [InlineData("122221" + "1111200000" + Tail, "digit 11 (stage 1, block 3, inner width) is 2, but the depth of the stage is 2: a block after that is written 00")]
    [InlineData("122221" + "1112000000" + Tail, "digit 10 (stage 1, block 2, output width) is 2, but all blocks of the stage share the output of its first, 1")]
    [InlineData("122223" + "1111000000" + Tail, "digit 6 (stem) is 3, it must be the output of stage 1, 1")]
    [InlineData("2622a1" + "1111000000" + Tail, "character 5 is 'a', only digits may stand in a code")]
    [InlineData("2+22a1" + "1111000000" + Tail, "character 2 is '+', only digits may stand in a code; character 5 is 'a', only digits may stand in a code")]
    [InlineData(
        "262223" + "1111000000" + "1115000000" + "9111000000000000" + "1111000000",
        "digit 1 (image size) is 2, it must be 1; digit 2 (depth of stage 1) is 6, it may be 2..5; digit 27 (stage 3, block 1, inner width) is 9, it may be 1..7; "
            + "digit 20 (stage 2, block 2, output width) is 5, but all blocks of the stage share the output of its first, 1")]
    public void A_digits_code(string code, string fault) =>
        Assert.Equal($"architecture '{code}' is not of space 'resnet48': {fault}.", Message(TestSpaces.Resnet48, code));

    [Theory]
    [InlineData("8-4-4", "it has 3 numbers, a code of this space has 13")]
    [InlineData("", "it has 1 numbers, a code of this space has 13")]
    [InlineData("8-4-12-12-8-0-0-8-16-16-16-0-0-0-0", "it has more than 13 numbers, a code of this space has 13")]
    [InlineData("8-5-12-12-8-0-0-8-16-16-16-0-0", "number 2 (stage 1, block 1, inner width) is '5', it may be 4, 8, 12")]
    [InlineData("8-04-12-12-8-0-0-8-16-16-16-0-0", "number 2 (stage 1, block 1, inner width) is '04', it may be 4, 8, 12")]
    [InlineData("8-x-12-12-8-0-0-8-16-16-16-0-0", "number 2 (stage 1, block 1, inner width) is 'x', it may be 4, 8, 12")]
    [InlineData("8- 4-12-12-8-0-0-8-16-16-16-0-0", "number 2 (stage 1, block 1, inner width) is ' 4', it may be 4, 8, 12")]
    [InlineData("8-99999999999-12-12-8-0-0-8-16-16-16-0-0", "number 2 (stage 1, block 1, inner width) is '99999999999', it may be 4, 8, 12")]
    [InlineData("0-4-12-12-8-0-0-8-16-16-16-0-0", "number 1 (stem) is 0, it may be 4, 8")]
    [InlineData("8-4-0-12-8-0-0-8-16-16-16-0-0", "number 3 (stage 1, block 1, output width) is 0 in an active block, it may be 4, 8, 12")]
    [InlineData("8-4-12-0-8-0-0-8-16-16-16-0-0", "number 5 (stage 1, block 2, output width) is 8, but the depth of the stage is 1: a block after that is written 0-0")]
    [InlineData("8-4-12-12-8-0-0-8-16-0-0-0-0", "the number of blocks of stage 2 before the first 0 is 1, it may be 2..3")]
    [InlineData("8-4-12-12-8-0-0-8-16-16-8-0-0", "number 11 (stage 2, block 2, output width) is 8, but all blocks of the stage share the output of its first, 16")]
    [InlineData("9-5-12-12-8-0-0-8-16-16-16-0-0", "number 1 (stem) is '9', it may be 4, 8; number 2 (stage 1, block 1, inner width) is '5', it may be 4, 8, 12")]
    public void A_widths_code(string code, string fault) =>
        Assert.Equal($"architecture '{code}' is not of space 'elastic-widths': {fault}.", Message(TestSpaces.Elastic, code));

    [Theory]
    [InlineData("8-16-16-0-0-8-32-0-0", "number 2 (stage 1, block 1, inner width) is '16', it may be 6, 4, 2")]
    [InlineData("8-4-6-0-0-8-32-0-0", "number 3 (stage 1, block 1, output width) is '6', it may be 16, 8")]
    public void A_code_of_bottlenecks(string code, string fault) =>
        Assert.Equal($"architecture '{code}' is not of space 'bottlenecks': {fault}.", Message(TestSpaces.Bottlenecks, code));

    [Fact]
    public void The_unused_number_of_a_2021_code()
    {
        const string Code = "4-12-4-4-16-8-4-12-32-24-16-8-8-24-60-12-64-64-52-5";
        Assert.Equal(
            $"architecture '{Code}' is not of space 'resnet20-width': number 20 (unused) is '5', it may be 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48, 52, 56, 60, 64.",
            Message(TestSpaces.Resnet20, Code));
    }

    [Fact]
    public void A_long_text_is_cut() => Assert.Equal(
        $"architecture '{new string('1', 120)}...' is not of space 'tiny': it has 1000 characters, a code of this space has 23.",
        Message(TestSpaces.Tiny, new string('1', 1000)));

    private static string Message(SearchSpace space, string code) => Assert.Throws<InputException>(() => space.Parse(code)).Message;
}
