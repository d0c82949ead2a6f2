using PriorNas.Files;
using PriorNas.SearchSpaces;

namespace PriorNas.Tests.SearchSpaces;

/// <summary>Every fault of a declaration, and that all faults stand in one message.</summary>
public class SpaceDeclarationTest
{
    private const string FirstDepth = "\"depth\": { \"min\": 1, \"max\": 2 }, \"stride\": 1";
    private const string FirstWidths = "\"none\", \"widths\": { \"base\": 64, \"ratios\": [1.0, 0.98] }";
    private const string StemWidths = "true, \"widths\": { \"base\": 64, \"ratios\": [1.0, 0.98] }";
    private const string Faulty = "'stages[0].widths' must have either 'channels' alone, or 'base' (1 to 8192) and 'ratios' (each above 0, at most 8)";

    [Theory]
    [InlineData("\"small\"", "\" \"", "'name' is empty")]
    [InlineData("\"imageSize\": 16", "\"imageSize\": 7", "'imageSize' is 7, allowed are 8 to 1024 pixels")]
    [InlineData("\"imageSize\": 16", "\"imageSize\": 1025", "'imageSize' is 1025, allowed are 8 to 1024 pixels")]
    [InlineData("\"classes\": 3", "\"classes\": 1", "'classes' is 1, allowed are 2 to 1000000")]
    [InlineData("\"classes\": 3", "\"classes\": 3, \"unusedCodeNumber\": [1]", "'unusedCodeNumber' lists the distinct numbers above 0, 1 to 64 of them, that the last position of a 'widths' code may hold, and stands only with \"code\": \"widths\"")]
    [InlineData(FirstDepth, "\"depth\": { \"min\": 0, \"max\": 2 }, \"stride\": 1", "'stages[0].depth' is 0 to 2, allowed are 1 to 9 with min at most max")]
    [InlineData(FirstDepth, "\"depth\": { \"min\": 1, \"max\": 10 }, \"stride\": 1", "'stages[0].depth' is 1 to 10, allowed are 1 to 9 with min at most max")]
    [InlineData("\"stride\": 2", "\"stride\": 3", "'stages[1].stride' is 3, allowed are 1 and 2")]
    [InlineData("\"min\": 2, \"max\": 2", "\"min\": 2, \"max\": 3", "'stages[1].domain.depth' is 2 to 3, which does not lie in the stage's 1..2")]
    [InlineData("\"first-block\",", "\"first-block\", \"output\": \"per-block\",", "'stages[1].projection' must be every-block where 'output' is per-block, since the widths on both sides of a shortcut may differ")]
    [InlineData(FirstWidths, "\"none\", \"widths\": { \"base\": 64 }", Faulty)]
    [InlineData(FirstWidths, "\"none\", \"widths\": { \"channels\": [8], \"base\": 64 }", Faulty)]
    [InlineData(FirstWidths, "\"none\", \"widths\": { \"base\": 0, \"ratios\": [1] }", Faulty)]
    [InlineData(FirstWidths, "\"none\", \"widths\": { \"base\": 2147483647, \"ratios\": [8] }", Faulty)]
    [InlineData(FirstWidths, "\"none\", \"widths\": { \"base\": 64, \"ratios\": [0] }", Faulty)]
    [InlineData(FirstWidths, "\"none\", \"widths\": { \"channels\": [8, 0] }", "'stages[0].widths' has a width outside 1 to 8192 channels")]
    [InlineData(FirstWidths, "\"none\", \"widths\": { \"base\": 8192, \"ratios\": [1.1] }", "'stages[0].widths' has a width outside 1 to 8192 channels")]
    [InlineData(FirstWidths, "\"none\", \"widths\": { \"channels\": [] }", "'stages[0].widths' has 0 choices, allowed are 1 to 64")]
    [InlineData("\"choices\": [2]", "\"choices\": []", "'stages[1].domain.choices' must list distinct choices from 1 to 2, at least one")]
    [InlineData("\"choices\": [2]", "\"choices\": [1, 1]", "'stages[1].domain.choices' must list distinct choices from 1 to 2, at least one")]
    [InlineData("\"choices\": [2]", "\"choices\": [3]", "'stages[1].domain.choices' must list distinct choices from 1 to 2, at least one")]
    [InlineData("\"followsFirstStage\": true,", "\"followsFirstStage\": true, \"domain\": { \"depth\": { \"min\": 1, \"max\": 1 } },", "'stem.domain.depth' has no meaning: a stem has no depth")]
    [InlineData("\"followsFirstStage\": true,", "\"followsFirstStage\": true, \"domain\": { \"choices\": [1] },", "'stem.domain.choices' differ from those of the first stage, which the stem follows: leave them out")]
    [InlineData(StemWidths, "true, \"widths\": { \"channels\": [64] }", "'stem.followsFirstStage' needs the stem's widths to be those of the first stage, whose 'output' must be shared")]
    [InlineData("\"first-block\"", "\"none\"", "'stages[1].projection' is none, which only a first stage of stride 1 with 'stem.followsFirstStage' may have; use first-block")]
    [InlineData(FirstDepth, "\"depth\": { \"min\": 1, \"max\": 2 }, \"stride\": 2", "'stages[0].projection' is none, which only a first stage of stride 1 with 'stem.followsFirstStage' may have; use first-block")]
    [InlineData("[8, 4]", "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]", "'stages[1].widths' has 10 choices, but a 'digits' code has digits 1 to 9; use \"code\": \"widths\"")]
    [InlineData("\"digits\"", "\"widths\"", "'stages[0].widths' gives one channel count twice, which a 'widths' code cannot tell apart; 'stem.widths' gives one channel count twice, which a 'widths' code cannot tell apart")]
    public void A_fault_is_named(string valid, string faulty, string message)
    {
        Assert.Contains(valid, TestSpaces.SmallDigits, StringComparison.Ordinal);
        Assert.Equal("space: " + message, Message(TestSpaces.SmallDigits.Replace(valid, faulty, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(", \"innerWidths\": { \"channels\": [8] }", "", "'stages[1].innerWidths' is missing: a bottleneck has inner widths of its own, usually a quarter of the output's")]
    [InlineData("[6, 4, 2]", "[6, 0]", "'stages[0].innerWidths' has a width outside 1 to 8192 channels; 'stages[0].domain.innerChoices' must list distinct choices from 1 to 2, at least one")]
    [InlineData("[6, 4, 2]", "[6, 4, 4]", "'stages[0].innerWidths' gives one channel count twice, which a 'widths' code cannot tell apart")]
    [InlineData("{ \"channels\": [8] }", "{ \"base\": 8 }", "'stages[1].innerWidths' must have either 'channels' alone, or 'base' (1 to 8192) and 'ratios' (each above 0, at most 8)")]
    [InlineData("[1, 3]", "[4]", "'stages[0].domain.innerChoices' must list distinct choices from 1 to 3, at least one")]
    [InlineData("\"kind\": \"conv3x3\",", "\"kind\": \"conv3x3\", \"domain\": { \"innerChoices\": [1] },", "'stem.domain.innerChoices' has no meaning: a stem has no inner width")]
    public void A_fault_of_the_inner_widths_is_named(string valid, string faulty, string message)
    {
        Assert.Contains(valid, TestSpaces.BottleneckWidths, StringComparison.Ordinal);
        Assert.Equal("space: " + message, Message(TestSpaces.BottleneckWidths.Replace(valid, faulty, StringComparison.Ordinal)));
    }

    [Fact]
    public void Inner_widths_have_at_most_9_choices_in_a_digits_code() => Assert.Equal(
        "space: 'stages[0].innerWidths' has 10 choices, but a 'digits' code has digits 1 to 9; use \"code\": \"widths\"",
        Message(TestSpaces.InnerDigits.Replace("[1.0, 0.98, 0.5]", "[1, 2, 3, 4, 5, 6, 7, 8, 1, 2]", StringComparison.Ordinal)));

    [Fact]
    public void A_stem_of_its_own_has_at_most_9_choices_in_a_digits_code() => Assert.Equal(
        "space: 'stem.widths' has 10 choices, but a 'digits' code has digits 1 to 9; use \"code\": \"widths\"",
        Message(TestSpaces.SmallDigits
            .Replace(StemWidths, "false, \"widths\": { \"channels\": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] }", StringComparison.Ordinal)
            .Replace("\"none\"", "\"first-block\"", StringComparison.Ordinal)));

    [Fact]
    public void A_list_of_widths_has_at_most_64_choices() => Assert.Equal(
        "space: 'stages[1].widths' has 65 choices, allowed are 1 to 64",
        Message(TestSpaces.SmallDigits.Replace("[8, 4]", $"[{string.Join(", ", Enumerable.Range(1, 65))}]", StringComparison.Ordinal)));

    [Theory]
    [InlineData("[4, 4]")]
    [InlineData("[0]")]
    [InlineData("[]")]
    public void Unused_numbers_are_distinct_and_positive(string numbers) => Assert.StartsWith(
        "space: 'unusedCodeNumber' lists",
        Message(TestSpaces.ElasticWidths.Replace("\"classes\": 3", $"\"classes\": 3, \"unusedCodeNumber\": {numbers}", StringComparison.Ordinal)),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("[]", "space: 'stages' has 0 entries, allowed are 1 to 9")]
    [InlineData("[null]", "space: 'stages[0]' is null")]
    public void Stages_must_stand_in_a_list(string stages, string message)
    {
        var json = TestSpaces.SmallDigits;
        var start = json.IndexOf("\"stages\":", StringComparison.Ordinal) + "\"stages\":".Length;
        Assert.Equal(message, Message($"{json[..start]} {stages} }}"));
    }

    [Fact]
    public void All_faults_stand_in_one_message() => Assert.Equal(
        "space: 'imageSize' is 4, allowed are 8 to 1024 pixels; 'classes' is 0, allowed are 2 to 1000000; 'stages[1].stride' is 0, allowed are 1 and 2; "
            + "'stages[1].widths' has 0 choices, allowed are 1 to 64",
        Message(TestSpaces.SmallDigits
            .Replace("\"imageSize\": 16, \"classes\": 3", "\"imageSize\": 4, \"classes\": 0", StringComparison.Ordinal)
            .Replace("\"stride\": 2", "\"stride\": 0", StringComparison.Ordinal)
            .Replace("[8, 4]", "[]", StringComparison.Ordinal)));

    [Theory]
    [InlineData("{ \"nonsense\": 1 }")]
    [InlineData("{ \"depth\": { \"min\": 0, \"max\": 10 }, \"stride\": 3, \"projection\": \"none\", \"widths\": {} }")]
    public void A_large_file_of_faults_has_a_short_message(string stage)
    {
        var json = TestSpaces.SmallDigits;
        var start = json.IndexOf("\"stages\":", StringComparison.Ordinal) + "\"stages\":".Length;
        Assert.InRange(Message($"{json[..start]} [{string.Join(", ", Enumerable.Repeat(stage, 10_000))}] }}").Length, 1, 2000);
    }

    /// <summary>The range of a depth is computed from its ends, and no key of a file.</summary>
    [Fact]
    public void What_is_not_serialised_is_no_key() => Assert.Equal(
        "space: unknown key 'stages[0].depth.range' (allowed: max, min)",
        Message(TestSpaces.SmallDigits.Replace(FirstDepth, "\"depth\": { \"min\": 1, \"max\": 2, \"range\": {} }, \"stride\": 1", StringComparison.Ordinal)));

    /// <summary>Whatever stands in a position, a file is either read or refused with the exception for bad input.</summary>
    [Fact]
    public void A_value_of_the_wrong_type_is_refused()
    {
        string[] positions = ["\"small\"", "16", "3", "\"digits\"", "\"conv3x3\"", "true", "64", "[1.0, 0.98]", "{ \"min\": 1, \"max\": 2 }", "\"none\"", "[8, 4]", "[2]"];
        string[] values = ["null", "[]", "{}", "[null]", "\"x\"", "1e400", "-1", "1.5", "99999999999", "true"];
        foreach (var position in positions)
        {
            foreach (var value in values)
            {
                var error = Record.Exception(() => SearchSpace.Read(TestSpaces.SmallDigits.Replace(position, value, StringComparison.Ordinal), "space"));
                Assert.True(error is null or InputException, $"{value} in place of {position}: {error}");
            }
        }
    }

    private static string Message(string json) => Assert.Throws<InputException>(() => SearchSpace.Read(json, "space")).Message;
}
