using PriorNas.Files;
using PriorNas.SearchSpaces;

namespace PriorNas.Tests.SearchSpaces;

public class ArchitectureListTest
{
    private const string Small = "111111001200";

    [Fact]
    public void The_challenges_form_is_read_in_its_order()
    {
        var list = ArchitectureList.Read(
            """{ "arch9": { "acc": 0.5, "arch": "111111002200"}, "arch1": { "arch": "122111111111", "acc": 0, "more": [1] } }""",
            TestSpaces.Small,
            "list");
        Assert.Equal(["arch9", "arch1"], list.Select(a => a.Name));
        Assert.Equal(["111111002200", "122111111111"], list.Select(a => a.Code));
        Assert.All(list, a => Assert.Equal(a.Code, a.Architecture.Code));
    }

    [Theory]
    [InlineData("[]", "list must be a JSON object of name -> {\"arch\": code}, but is an array.")]
    [InlineData("\"x\"", "list must be a JSON object of name -> {\"arch\": code}, but is a text.")]
    [InlineData("1", "list must be a JSON object of name -> {\"arch\": code}, but is a number.")]
    [InlineData("null", "list must be a JSON object of name -> {\"arch\": code}, but is 'null'.")]
    [InlineData("{}", "list is empty: it must hold at least one architecture.")]
    [InlineData("""{ "a": "1" }""", "list: entry 'a' must be an object with the code as text under 'arch'")]
    [InlineData("""{ "a": { "acc": 1 } }""", "list: entry 'a' must be an object with the code as text under 'arch'")]
    [InlineData("""{ "a": { "arch": 1 } }""", "list: entry 'a' must be an object with the code as text under 'arch'")]
    [InlineData("""{ "a": { "arch": "\ud800" } }""", "list: entry 'a' must be an object with the code as text under 'arch'")]
    [InlineData("""{ "a": { "arch": "1" } }""", "list: 'a': architecture '1' is not of space 'small': it has 1 characters, a code of this space has 12")]
    [InlineData(
        """{ "a": { "arch": "1" }, "b": 1 }""",
        "list: 'a': architecture '1' is not of space 'small': it has 1 characters, a code of this space has 12; entry 'b' must be an object with the code as text under 'arch'")]
    public void Anything_else_is_refused(string json, string message) =>
        Assert.Equal(message, Assert.Throws<InputException>(() => ArchitectureList.Read(json, TestSpaces.Small, "list")).Message);

    [Theory]
    [InlineData("{ \"a\": ")]
    [InlineData("{ \"a\": { \"arch\": \"1\" }, \"a\": { \"arch\": \"1\" } }")]
    public void Text_that_is_not_json_or_names_an_entry_twice_is_refused(string json) =>
        Assert.StartsWith("list is not valid JSON", Assert.Throws<InputException>(() => ArchitectureList.Read(json, TestSpaces.Small, "list")).Message, StringComparison.Ordinal);

    [Fact]
    public void Of_many_faults_five_are_written_out()
    {
        var json = $"{{ {string.Join(", ", Enumerable.Range(0, 8).Select(i => $"\"e{i}\": {{}}"))}, \"good\": {{ \"arch\": \"{Small}\" }} }}";
        var message = Assert.Throws<InputException>(() => ArchitectureList.Read(json, TestSpaces.Small, "list")).Message;
        Assert.Equal(5, message.Split("entry '").Length - 1);
        Assert.EndsWith("; and 3 more faults", message, StringComparison.Ordinal);
    }

    /// <summary>What a list of faulty entries takes: no more than what reading it takes, and a message that does not grow with it.</summary>
    [Theory]
    [InlineData("l.json")]
    [InlineData("l.csv")]
    public void A_large_list_of_faults_has_a_short_message(string path)
    {
        var (name, code) = (new string('n', 100), new string('x', Small.Length));
        var text = path == "l.csv"
            ? "name,arch\n" + string.Concat(Enumerable.Range(0, 10_000).Select(i => $"{i}{name},{code}\n"))
            : $"{{ {string.Join(", ", Enumerable.Range(0, 10_000).Select(i => $"\"{i}{name}\": {{ \"arch\": \"{code}\" }}"))} }}";
        var error = Assert.Throws<InputException>(() => ArchitectureList.Parse(text, path, TestSpaces.Small));
        Assert.EndsWith("; and 9995 more faults", error.Message, StringComparison.Ordinal);
        Assert.InRange(error.Message.Length, 1, 4000);
    }

    [Fact]
    public void Each_entry_is_checked_by_itself()
    {
        var entries = ArchitectureList.Check($$"""{ "x": { "arch": "9" }, "y": { "arch": "{{Small}}" } }""", TestSpaces.Small, "list");
        Assert.Equal(["x", "y"], entries.Select(e => e.Name));
        Assert.Equal((null, "'x': architecture '9' is not of space 'small': it has 1 characters, a code of this space has 12."), (entries[0].Architecture, entries[0].Fault));
        Assert.Equal((Small, null), (entries[1].Architecture!.Architecture.Code, entries[1].Fault));
    }

    [Fact]
    public void A_missing_file_is_refused() => Assert.StartsWith(
        "architecture list 'no-such-list.json' cannot be read: ",
        Assert.Throws<InputException>(() => ArchitectureList.ReadFile("no-such-list.json", TestSpaces.Small)).Message,
        StringComparison.Ordinal);
}
