using System.Security.Cryptography;
using System.Text;
using PriorNas.Randomness;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;

namespace PriorNas.Tests.Sampling;

/// <summary>Trained runs, their checkpoints and the figures of them stand for draws: those of a seed may not change.</summary>
public class PinnedDrawsTest
{
    /// <summary>By space: the first 40 digits of the SHA-256 of the codes of 200 uniform draws, of the sandwiches of 50 steps and of 50 pairs, a line each.</summary>
    [Theory]
    [InlineData("resnet20-width", "6812251db4c22ee799026ddae00dd3ae7c95921e")]
    [InlineData("resnet48", "f8baa172e41a6333f4b82942c113ffb8a41dc0c0")]
    [InlineData("resnet48-challenge", "198ac92893231648dc31e09e87b962f5cb22643f")]
    [InlineData("resnet50", "618903c13c6b9134559bdbecbe4b8e54bc2a7e75")]
    [InlineData("tiny", "54057dbbd932103e017856f1fcfbc405aa8776d8")]
    public void The_draws_of_a_seed_stay(string name, string hash)
    {
        var space = SearchSpace.Open(name);
        var random = new RandomStream(1);
        var uniform = random.Split("uniform");
        List<Architecture> drawn = [.. Enumerable.Range(0, 200).Select(_ => UniformSampler.Draw(space, uniform))];
        for (var step = 0; step < 50; step++)
        {
            drawn.AddRange([space.Largest, space.Smallest, .. SubnetSampler.Create(SamplerKind.Uniform).Draw(SamplingDomain.Of(space), 2, random, step)]);
            var (first, second) = PairSampler.Draw(SamplingDomain.Of(space), 10, random.Split("pairs", step));
            drawn.AddRange([first, second]);
        }

        var text = string.Concat(drawn.Select(a => a.Code + "\n"));
        Assert.Equal(hash, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..40]);
    }
}
