using PriorNas.Files;
using PriorNas.Ranking;
using PriorNas.SearchSpaces;
using PriorNas.Tests.SearchSpaces;

namespace PriorNas.Tests.Ranking;

public sealed class ScoreTableTest : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("priornas-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Csv_has_a_row_for_each_architecture()
    {
        var table = new ScoreTable("acc", "flops");
        table.Add("a", "1-2", 0.1, 123456789);
        table.Add("b, \"c\"", "1", 1e-9, 1e300);
        Assert.Equal("name,arch,acc,flops\na,1-2,0.1,123456789\n\"b, \"\"c\"\"\",1,1E-09,1E+300\n", table.AsCsv());
    }

    [Fact]
    public void A_score_that_is_missing_is_left_out()
    {
        var table = new ScoreTable("score", "raw");
        table.AddPartly("a", "1", 0.5, null);
        table.AddPartly("b", "2", 0.25, 0.125);
        Assert.Equal("name,arch,score,raw\na,1,0.5,\nb,2,0.25,0.125\n", table.AsCsv());
        Assert.DoesNotContain("null", table.AsJson(), StringComparison.Ordinal);
        Assert.Equal(["arch", "score"], ScoreFile.SharedKeys(Written("partly.json", table.AsJson())));
        Assert.Equal(["arch", "score", "raw"], ScoreFile.SharedKeys(Written("partly.csv", table.AsCsv())));
        Assert.Throws<ArgumentException>(() => table.AddPartly("c", "1", double.NaN, null));
        Assert.Throws<ArgumentException>(() => table.AddPartly("c", "1", 1));
    }

    [Theory]
    [InlineData("[]", "must be a JSON object of name -> {key: number, ...}.")]
    [InlineData("""{ "a": 1 }""", "must be a JSON object of name -> {key: number, ...}.")]
    [InlineData("{}", "is empty: it must hold at least one entry.")]
    public void Keys_of_another_form_are_refused(string text, string message)
    {
        var path = Written("keys.json", text);
        Assert.Equal($"score file '{path}' {message}", Assert.Throws<InputException>(() => ScoreFile.SharedKeys(path)).Message);
    }

    [Theory]
    [InlineData("scores.csv", "name,")]
    [InlineData("SCORES.CSV", "name,")]
    [InlineData("scores.json", "{")]
    [InlineData("scores", "{")]
    public void What_is_written_is_read_back_exactly_by_every_reader(string name, string beginning)
    {
        var path = Path.Combine(folder.FullName, name);
        var table = new ScoreTable("acc", "zen");
        (string Name, string Code, double Accuracy)[] rows = [("x", "111111002200", 0.1 + 0.2), ("a \"b\", ü", "122111111111", double.Epsilon), (" y", "111111001200", -double.MaxValue)];
        foreach (var row in rows)
            table.Add(row.Name, row.Code, row.Accuracy, 1);
        table.Write(path);
        Assert.StartsWith(beginning, File.ReadAllText(path), StringComparison.Ordinal);
        var scores = ScoreFile.Read(path, "acc");
        Assert.Equal(rows.Select(r => (r.Name, r.Accuracy)), scores.Names.Select(n => (n, scores[n])));
        Assert.Equal(rows.Select(r => (r.Name, r.Code)), ArchitectureList.ReadFile(path, TestSpaces.Small).Select(a => (a.Name, a.Code)));
    }

    [Fact]
    public void A_list_in_csv_needs_its_codes()
    {
        Assert.Equal(
            "architecture list 'l.csv' has no column 'arch', it has acc.",
            Message("name,acc\na,1\n"));
        Assert.Equal(
            "architecture list 'l.csv': 'a': architecture '1' is not of space 'small': it has 1 characters, a code of this space has 12",
            Message("name,arch\na,1\n"));
        Assert.Equal(
            "architecture list 'l.csv' is empty: it must hold at least one architecture.", Message("name,arch\n"));

        static string Message(string csv) => Assert.Throws<InputException>(() => ArchitectureList.Parse(csv, "l.csv", TestSpaces.Small)).Message;
    }

    [Fact]
    public void A_name_that_csv_cannot_carry_is_refused_and_json_carries_it()
    {
        var table = new ScoreTable("acc");
        table.Add("a\nb", "1", 1);
        table.Add("", "1", 2);
        var path = Path.Combine(folder.FullName, "scores.csv");
        Assert.Equal(
            $"'{path}' cannot be written as CSV: name 'a b' has a line break; a name is empty; write JSON, to a file whose name does not end in .csv.",
            Assert.Throws<InputException>(() => table.Write(path)).Message);
        Assert.False(File.Exists(path));
        table.Write(Path.ChangeExtension(path, ".json"));
        Assert.Equal(["a\nb", ""], ScoreFile.Read(Path.ChangeExtension(path, ".json"), "acc").Names);
    }

    [Fact]
    public void A_row_without_a_finite_number_for_each_key_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new ScoreTable("acc").Add("a", "1"));
        Assert.Throws<ArgumentException>(() => new ScoreTable("acc").Add("a", "1", double.NaN));
    }

    private string Written(string name, string text)
    {
        var path = Path.Combine(folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
