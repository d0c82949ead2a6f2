using PriorNas.Randomness;
using PriorNas.SearchSpaces;

namespace PriorNas.Sampling;

/// <summary>
/// Draws architectures of a space's domain: every depth and every digit uniformly and independently, but for digits that must be equal
/// (shared outputs, a stem that follows the first stage). Uniform over digits, as the challenge's list is, not over distinct widths
/// (SPOS, Guo et al. 2020).
/// </summary>
public static class UniformSampler
{
    /// <summary>One architecture.</summary>
    public static Architecture Draw(SearchSpace space, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(random);
        var digits = new byte[space.PositionCount];
        digits[space.StemPosition] = Choose(space.Stem.DomainChoices, random);
        for (var index = 0; index < space.Stages.Length; index++)
        {
            var stage = space.Stages[index];
            digits[index] = (byte)(stage.DomainDepth.Min + random.Next(stage.DomainDepth.Count));
            var shared = Choose(stage.DomainChoices, random);
            for (var block = 0; block < digits[index]; block++)
            {
                var inner = space.InnerPosition(index, block);
                digits[inner] = Choose(stage.DomainInnerChoices, random);
                digits[inner + 1] = stage.Output == OutputWidth.Shared ? shared : Choose(stage.DomainChoices, random);
            }
        }

        if (space.Stem.FollowsFirstStage)
            digits[space.StemPosition] = digits[space.InnerPosition(0, 0) + 1];
        if (space.UnusedCodeNumbers.Length > 0)
            digits[^1] = (byte)(1 + random.Next(space.UnusedCodeNumbers.Length));
        return new Architecture(space, digits);
    }

    private static byte Choose(System.Collections.Immutable.ImmutableArray<int> choices, RandomStream random) => (byte)choices[random.Next(choices.Length)];
}
