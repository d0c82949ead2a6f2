using System.Collections.Immutable;
using PriorNas.Randomness;
using PriorNas.SearchSpaces;

namespace PriorNas.Sampling;

/// <summary>
/// Draws architectures of a domain: every depth and every digit uniformly and independently, but for digits that must be equal
/// (shared outputs, a stem that follows the first stage). Uniform over digits, as the challenge's list is, not over distinct widths
/// (SPOS, Guo et al. 2020).
/// </summary>
public static class UniformSampler
{
    /// <summary>One architecture of the domain that a space declares.</summary>
    public static Architecture Draw(SearchSpace space, RandomStream random) => Draw(SamplingDomain.Of(space), random);

    /// <summary>One architecture of a domain.</summary>
    public static Architecture Draw(SamplingDomain domain, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(random);
        var space = domain.Space;
        var digits = new byte[space.PositionCount];
        digits[space.StemPosition] = Choose(domain.StemChoices, random);
        for (var index = 0; index < space.Stages.Length; index++)
        {
            var stage = domain.Stages[index];
            digits[index] = (byte)(stage.Depth.Min + random.Next(stage.Depth.Count));
            var shared = Choose(stage.Choices, random);
            for (var block = 0; block < digits[index]; block++)
            {
                var inner = space.InnerPosition(index, block);
                digits[inner] = Choose(stage.InnerChoices, random);
                digits[inner + 1] = space.Stages[index].Output == OutputWidth.Shared ? shared : Choose(stage.Choices, random);
            }
        }

        if (space.Stem.FollowsFirstStage)
            digits[space.StemPosition] = digits[space.InnerPosition(0, 0) + 1];
        if (space.UnusedCodeNumbers.Length > 0)
            digits[^1] = (byte)(1 + random.Next(space.UnusedCodeNumbers.Length));
        return new Architecture(space, digits);
    }

    private static byte Choose(ImmutableArray<int> choices, RandomStream random) => (byte)choices[random.Next(choices.Length)];
}
