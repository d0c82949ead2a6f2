using System.Collections.Immutable;

namespace PriorNas.SearchSpaces;

/// <summary>A part of an architecture's code and what it means.</summary>
/// <param name="Text">The characters; in a 'digits' code the blocks of a stage are set apart by spaces.</param>
/// <param name="Meaning">In words, with channel counts.</param>
public sealed record CodePart(string Text, string Meaning);

/// <summary>Takes a code apart.</summary>
internal static class CodeExplanation
{
    internal static ImmutableArray<CodePart> Of(Architecture architecture)
    {
        var space = architecture.Space;
        var parts = ImmutableArray.CreateBuilder<CodePart>();
        if (space.CodeFormat == CodeFormat.Digits)
        {
            var depths = Enumerable.Range(0, space.Stages.Length).Select(architecture.Depth).ToArray();
            parts.Add(new CodePart("1", "always 1"));
            parts.Add(new CodePart(string.Concat(depths), $"depths: {string.Join(", ", depths)} blocks"));
        }

        parts.Add(new CodePart(
            Number(architecture, space.StemPosition),
            $"stem: {architecture.StemChannels} channels{(space.Stem.FollowsFirstStage ? ", which follows the output of stage 1" : "")}"));
        for (var stage = 0; stage < space.Stages.Length; stage++)
            parts.Add(OfStage(architecture, stage));
        if (space.UnusedCodeNumbers.Length > 0)
            parts.Add(new CodePart(Number(architecture, space.PositionCount - 1), "not used by the network"));
        return parts.ToImmutable();
    }

    private static CodePart OfStage(Architecture architecture, int stage)
    {
        var joint = architecture.Space.CodeFormat == CodeFormat.Digits ? "" : "-";
        var texts = new List<string>();
        var meanings = new List<string>();
        for (var block = 0; block < architecture.Space.Stages[stage].Depth.Max; block++)
        {
            var inner = architecture.Space.InnerPosition(stage, block);
            texts.Add(Number(architecture, inner) + joint + Number(architecture, inner + 1));
            meanings.Add(block < architecture.Depth(stage) ? $"({architecture.InnerChannels(stage, block)}, {architecture.OutputChannels(stage, block)})" : "none");
        }

        return new CodePart(string.Join(joint.Length == 0 ? " " : joint, texts), $"stage {stage + 1}, (inner, output) channels of each block: {string.Join(' ', meanings)}");
    }

    /// <summary>What stands at one position: a choice, or its channel count.</summary>
    private static string Number(Architecture architecture, int position)
    {
        var choice = architecture.Digits[position];
        if (architecture.Space.CodeFormat == CodeFormat.Digits || choice == 0)
            return $"{choice}";
        return $"{ArchitectureCode.Widths(architecture.Space, position)[choice - 1]}";
    }
}
