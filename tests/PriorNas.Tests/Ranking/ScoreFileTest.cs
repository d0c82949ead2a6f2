using PriorNas.Files;
using PriorNas.Ranking;

namespace PriorNas.Tests.Ranking;

public class ScoreFileTest
{
    private const string Csv = "name,arch,acc\nb,1-2,0.5\na,\"1,2\",1e-3\n";

    [Fact]
    public void Both_forms_give_the_same_numbers_in_the_files_order()
    {
        var csv = ScoreFile.Parse(Csv, "x.csv", "acc");
        var json = ScoreFile.Parse("""{ "b": { "arch": "1-2", "acc": 0.5 }, "a": { "acc": 1e-3 } }""", "x.json", "acc");
        Assert.All([csv, json], file => Assert.Equal(["b", "a"], file.Names));
        Assert.All([csv, json], file => Assert.Equal((0.5, 0.001), (file["b"], file["a"])));
        Assert.Equal("'x.csv' (acc)", csv.Description);
    }

    [Theory]
    [InlineData("name,acc\r\na,1\r\n")]
    [InlineData("name,acc\na,1")]
    [InlineData("acc , name\n 1 ,a\n")]
    [InlineData("name,acc\n\na,+1.0\n\n")]
    [InlineData("\"name\",\"acc\"\n\"a\",\"1\"\n")]
    public void Csv_may_differ_in_line_ends_blanks_order_and_quotes(string text) => Assert.Equal(1, ScoreFile.Parse(text, "X.CSV", "acc")["a"]);

    [Fact]
    public void Quoted_fields_may_hold_commas_and_quotation_marks() =>
        Assert.Equal(["a, \"b\""], ScoreFile.Parse("name,acc\n\"a, \"\"b\"\"\",1\n", "x.csv", "acc").Names);

    [Theory]
    [InlineData("", "score file 'x.csv' is empty: its first line must name the columns, for example name,arch,acc.")]
    [InlineData("\n \n", "score file 'x.csv': the first line must name the columns, separated by commas, 'name' among them, but is ''.")]
    [InlineData("a;acc\nb;1\n", "score file 'x.csv': the first line must name the columns, separated by commas, 'name' among them, but is 'a;acc'.")]
    [InlineData("acc,acc\n", "score file 'x.csv': the first line must name the columns, separated by commas, 'name' among them, but is 'acc,acc'; column 'acc' stands 2 times in the first line.")]
    [InlineData("name,arch,flops\n", "score file 'x.csv' has no column 'acc', it has arch, flops.")]
    [InlineData("name,acc\na,1,2\nb\nc,3\n", "score file 'x.csv': line 2 has 3 fields, the first line has 2; line 3 has 1 fields, the first line has 2.")]
    [InlineData("name,acc\na,1\n,2\na,3\n", "score file 'x.csv': line 3 has no name; name 'a' stands in lines 2 and 4.")]
    [InlineData("name,acc\na,high\nb,\nc,NaN\nd,Infinity\ne,1e999\nf,\"1,5\"\n", "score file 'x.csv': 'acc' of entry 'a' (line 2) is 'high', a finite number must stand there; 'acc' of entry 'b' (line 3) is '', a finite number must stand there; 'acc' of entry 'c' (line 4) is 'NaN', a finite number must stand there; 'acc' of entry 'd' (line 5) is 'Infinity', a finite number must stand there; 'acc' of entry 'e' (line 6) is '1e999', a finite number must stand there; and 1 more faults.")]
    [InlineData("name,acc\na\"b,1\n", "score file 'x.csv' is not valid CSV at line 2: a quotation mark stands alone; write it twice, inside a quoted field.")]
    [InlineData("name,acc\n\"a,1\nb,2\n", "score file 'x.csv' is not valid CSV at line 2: a quotation mark stands alone; write it twice, inside a quoted field.")]
    [InlineData("name,acc\na,\"1", "score file 'x.csv' is not valid CSV at line 2: a quotation mark stands alone; write it twice, inside a quoted field.")]
    public void Any_other_csv_is_refused(string text, string message) =>
        Assert.Equal(message, Assert.Throws<InputException>(() => ScoreFile.Parse(text, "x.csv", "acc")).Message);

    [Theory]
    [InlineData("[]", "score file 'x.json' must be a JSON object of name -> {\"acc\": number}.")]
    [InlineData("""{ "a": 1, "b": { "acc": "1" }, "c": { "flops": 1, "arch": "1" }, "d": { "acc": 1e999 }, "e": { "acc": null } }""", "score file 'x.json': entry 'a' has no 'acc'; 'acc' of entry 'b' is \"1\", a finite number must stand there; entry 'c' has no 'acc', it has flops; 'acc' of entry 'd' is 1e999, a finite number must stand there; 'acc' of entry 'e' is null, a finite number must stand there.")]
    public void Any_other_json_is_refused(string text, string message) =>
        Assert.Equal(message, Assert.Throws<InputException>(() => ScoreFile.Parse(text, "x.json", "acc")).Message);

    [Theory]
    [InlineData("""{ "a": { "acc": NaN } }""")]
    [InlineData("""{ "a": { "acc": 1 }, "a": { "acc": 1 } }""")]
    [InlineData("""{ "a": { "acc": 1, "acc": 2 } }""")]
    public void Json_with_a_NaN_or_a_name_twice_is_no_json(string text) =>
        Assert.StartsWith("score file 'x.json' is not valid JSON", Assert.Throws<InputException>(() => ScoreFile.Parse(text, "x.json", "acc")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("x.json", """{ "a": { "acc": 1, "score": -2 } }""", "score", -2)]
    [InlineData("x.json", """{ "a": { "acc": 1, "loss": 2 } }""", "acc", 1)]
    [InlineData("x.csv", "name,score,acc\na,-2,1\n", "score", -2)]
    [InlineData("x.csv", "name,loss,acc\na,2,1\n", "acc", 1)]
    public void The_preferred_key_is_read_where_the_first_entry_has_it(string name, string text, string key, double value)
    {
        var folder = Directory.CreateTempSubdirectory("priornas-");
        try
        {
            var path = Path.Combine(folder.FullName, name);
            File.WriteAllText(path, text);
            var file = ScoreFile.Read(path, "score", "acc");
            Assert.Equal((key, value, $"'{path}' ({key})"), (file.Key, file["a"], file.Description));

            // Whether all entries have the key is a matter of the reading, as for any key.
            File.WriteAllText(path, (name == "x.csv") ? "name,score\na,1\nb,\n" : """{ "a": { "score": 1 }, "b": { "acc": 1 } }""");
            var missing = Assert.Throws<InputException>(() => ScoreFile.Read(path, "score", "acc")).Message;
            Assert.Contains((name == "x.csv") ? "'score' of entry 'b' (line 3) is ''" : "entry 'b' has no 'score', it has acc", missing, StringComparison.Ordinal);
            File.WriteAllText(path, "[]");
            Assert.Throws<InputException>(() => ScoreFile.Read(path, "score", "acc"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_missing_file_is_refused() => Assert.StartsWith(
        "score file 'no-such.csv' cannot be read: ", Assert.Throws<InputException>(() => ScoreFile.Read("no-such.csv", "acc")).Message, StringComparison.Ordinal);

    [Fact]
    public void Long_values_are_shortened_in_messages() =>
        Assert.True(Assert.Throws<InputException>(() => ScoreFile.Parse($"name,acc\na,{new string('x', 5000)}\n", "x.csv", "acc")).Message.Length < 250);
}
