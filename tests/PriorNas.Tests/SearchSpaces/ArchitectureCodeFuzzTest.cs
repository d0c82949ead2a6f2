using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.Sampling;

namespace PriorNas.Tests.SearchSpaces;

public class ArchitectureCodeFuzzTest
{
    private const string Alphabet = "0123456789-\0 aé٣-0123456789";

    /// <summary>Random texts, and codes in which one to three characters were replaced, inserted, removed or exchanged.</summary>
    [Fact]
    public void Any_text_is_a_code_that_formats_back_or_bad_input()
    {
        var random = new RandomStream(11);
        var accepted = 0;
        for (var i = 0; i < 100_000; i++)
        {
            var space = TestSpaces.All[i % TestSpaces.All.Length];
            var text = i % 20 == 0 ? RandomText(random) : Mutated(UniformSampler.Draw(space, random).Code, random);
            try
            {
                Assert.Equal(text, space.Parse(text).Code);
                accepted++;
            }
            catch (InputException e)
            {
                Assert.EndsWith(".", e.Message, StringComparison.Ordinal);
            }
        }

        Assert.InRange(accepted, 1_000, 50_000);
    }

    private static string RandomText(RandomStream random) =>
        new([.. Enumerable.Range(0, random.Next(60)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]);

    private static string Mutated(string code, RandomStream random)
    {
        var text = code.ToList();
        for (var changes = 1 + random.Next(3); changes > 0 && text.Count > 1; changes--)
        {
            var (at, character) = (random.Next(text.Count), Alphabet[random.Next(Alphabet.Length)]);
            switch (random.Next(8))
            {
                case 0: text.Insert(at, character); break;
                case 1: text.RemoveAt(at); break;
                case 2: (text[at], text[^1]) = (text[^1], text[at]); break;
                default: text[at] = character; break;
            }
        }

        return new string([.. text]);
    }
}
