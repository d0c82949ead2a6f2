using PriorNas.Randomness;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;
using PriorNas.Testing;

namespace PriorNas.Tests.SearchSpaces;

public class ArchitectureCodeFuzzTest
{
    /// <summary>A message names every wrong position, so a code of 47 positions may cost 47 sentences.</summary>
    private const long ConstantBytes = 50_000;

    private const long BytesPerCharacter = 4;

    private static readonly Mutations<char>[] Hostile = [.. TestSpaces.All.Select(Mutations)];

    /// <summary>Codes of both formats.</summary>
    [Fact]
    public void Any_text_is_a_code_that_formats_back_or_bad_input()
    {
        var accepted = new ReaderTrial("architecture code", ConstantBytes, BytesPerCharacter).Run(
            Draw,
            input => input.Code.Length,
            input => input.Space.Parse(input.Code),
            (input, architecture) => Assert.Equal(input.Code, architecture.Code),
            input => $"{input.Space.Name} {input.Code}");
        Assert.InRange(accepted, ReaderTrial.Cases / 100, ReaderTrial.Cases / 2);
    }

    private static (SearchSpace Space, string Code) Draw(RandomStream random)
    {
        var space = random.Next(TestSpaces.All.Length);
        return (TestSpaces.All[space], new string(Hostile[space].Draw(random)));
    }

    private static Mutations<char> Mutations(SearchSpace space)
    {
        var random = new RandomStream(11);
        return new Mutations<char>(
            [.. Enumerable.Range(0, 50).Select(_ => UniformSampler.Draw(space, random).Code.ToCharArray())], [.. Tokens.Hostile.Select(Tokens.Of<char>)]);
    }
}
