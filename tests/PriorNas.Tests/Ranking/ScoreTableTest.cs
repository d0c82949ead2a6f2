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
            Assert.Throws<InputException>(() => ArchitectureList.ReadCsv("name,acc\na,1\n", TestSpaces.Small, "architecture list 'l.csv'")).Message);
        Assert.Equal(
            "l: 'a': architecture '1' is not of space 'small': it has 1 characters, a code of this space has 12",
            Assert.Throws<InputException>(() => ArchitectureList.ReadCsv("name,arch\na,1\n", TestSpaces.Small, "l")).Message);
        Assert.Equal(
            "l is empty: it must hold at least one architecture.", Assert.Throws<InputException>(() => ArchitectureList.ReadCsv("name,arch\n", TestSpaces.Small, "l")).Message);
    }

    [Fact]
    public void A_row_without_a_finite_number_for_each_key_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new ScoreTable("acc").Add("a", "1"));
        Assert.Throws<ArgumentException>(() => new ScoreTable("acc").Add("a", "1", double.NaN));
    }
}
