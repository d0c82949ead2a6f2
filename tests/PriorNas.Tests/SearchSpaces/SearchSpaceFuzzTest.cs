using PriorNas.SearchSpaces;
using PriorNas.Testing;

namespace PriorNas.Tests.SearchSpaces;

public class SearchSpaceFuzzTest
{
    private const long ConstantBytes = 60_000;
    private const long BytesPerCharacter = 100;

    private static readonly Mutations<char> Hostile = new(
        [.. TestSpaces.All.Select(space => Compact(space.Declaration).ToCharArray())],
        [.. Tokens.Hostile.Select(Tokens.Of<char>)]);

    [Fact]
    public void Any_text_declares_a_space_that_can_be_used_or_is_bad_input()
    {
        var accepted = new ReaderTrial("search space", ConstantBytes, BytesPerCharacter).Run(
            random => new string(Hostile.Draw(random)), json => json.Length, json => SearchSpace.Read(json, "space"), (_, space) => Use(space), json => json);
        Assert.InRange(accepted, ReaderTrial.Cases / 100, ReaderTrial.Cases / 2);
    }

    private static void Use(SearchSpace space)
    {
        Assert.Equal(space.Hash, SearchSpace.Read(space.Declaration, "declaration").Hash);
        foreach (var architecture in new[] { space.Largest, space.Smallest, space.LargestOfNetwork })
            Assert.Equal(architecture, space.Parse(architecture.Code));
        Assert.True(SpaceSize.OfNetwork(space).Codes >= SpaceSize.OfDomain(space).Codes && SpaceSize.OfDomain(space).Networks >= 1);
        Assert.True(NetworkShape.Of(space.Smallest).HeadParameters > 0);
    }

    private static string Compact(string json) => string.Concat(json.Split('\n').Select(line => line.TrimStart()));
}
