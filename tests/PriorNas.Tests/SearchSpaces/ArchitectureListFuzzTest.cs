using PriorNas.Randomness;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;
using PriorNas.Testing;

namespace PriorNas.Tests.SearchSpaces;

public class ArchitectureListFuzzTest
{
    private const long ConstantBytes = 20_000;
    private const long BytesPerCharacter = 50;

    /// <summary>The CSV library's buffers.</summary>
    private const long ConstantBytesOfTable = 60_000;
    private const long BytesPerCharacterOfTable = 200;

    private static readonly Mutations<char> HostileTable = TableMutations();

    private static readonly Mutations<char>[] Hostile = [.. TestSpaces.All.Select(Mutations)];

    [Fact]
    public void Any_text_is_a_list_of_the_spaces_architectures_or_bad_input()
    {
        var accepted = new ReaderTrial("architecture list", ConstantBytes, BytesPerCharacter).Run(
            Draw,
            input => input.Json.Length,
            input => ArchitectureList.Read(input.Json, input.Space, "list"),
            (input, list) =>
            {
                Assert.NotEmpty(list);
                Assert.Equal(list.Length, list.Select(entry => entry.Name).Distinct().Count());
                foreach (var entry in list)
                    Assert.Equal(entry.Architecture, input.Space.Parse(entry.Code));
            },
            input => $"{input.Space.Name} {input.Json}");
        Assert.InRange(accepted, ReaderTrial.Cases / 100, ReaderTrial.Cases / 2);
    }

    [Fact]
    public void Any_table_is_a_list_of_the_spaces_architectures_or_bad_input()
    {
        var accepted = new ReaderTrial("architecture table", ConstantBytesOfTable, BytesPerCharacterOfTable).Run(
            random => (Space: TestSpaces.Small, Csv: new string(HostileTable.Draw(random))),
            input => input.Csv.Length,
            input => ArchitectureList.Parse(input.Csv, "list.csv", input.Space),
            (input, list) =>
            {
                Assert.Equal(list.Length, list.Select(entry => entry.Name).Distinct().Count());
                Assert.All(list, entry => Assert.Equal(entry.Architecture, input.Space.Parse(entry.Code)));
            },
            input => input.Csv);
        Assert.InRange(accepted, ReaderTrial.Cases / 100, ReaderTrial.Cases * 3 / 5);
    }

    private static Mutations<char> TableMutations()
    {
        var random = new RandomStream(13);
        var tables = Enumerable.Range(1, 6).Select(count =>
            "name,acc,arch\n" + string.Concat(Enumerable.Range(0, count).Select(i => $"\"arch {i}\",0.{i},{UniformSampler.Draw(TestSpaces.Small, random).Code}\n")));
        return new Mutations<char>([.. tables.Select(Tokens.Of<char>)], [.. Tokens.Hostile.Concat([",", "\"", "\"\"", "\n", "\r\n", "name", "arch"]).Select(Tokens.Of<char>)]);
    }

    private static (SearchSpace Space, string Json) Draw(RandomStream random)
    {
        var space = random.Next(TestSpaces.All.Length);
        return (TestSpaces.All[space], new string(Hostile[space].Draw(random)));
    }

    private static Mutations<char> Mutations(SearchSpace space)
    {
        var random = new RandomStream(12);
        var lists = Enumerable.Range(1, 6).Select(count =>
            "{" + string.Join(", ", Enumerable.Range(0, count).Select(i => $$"""
                "arch{{i}}": { "acc": 0.{{i}}, "arch": "{{UniformSampler.Draw(space, random).Code}}", "more": [1, { "\u00e9": null }] }
                """)) + "}");
        return new Mutations<char>([.. lists.Select(Tokens.Of<char>)], [.. Tokens.Hostile.Append("\"arch\"").Select(Tokens.Of<char>)]);
    }
}
