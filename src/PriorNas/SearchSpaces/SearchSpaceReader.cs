using System.Collections.Immutable;
using PriorNas.Files;

namespace PriorNas.SearchSpaces;

/// <summary>Turns a declaration into a <see cref="SearchSpace"/>, naming every fault of it in one message.</summary>
internal static class SearchSpaceReader
{
    private const int MaximalChannels = 8192;
    private const int MaximalStages = 9;

    /// <summary>A choice is one byte of an architecture.</summary>
    private const int MaximalChoices = 64;

    internal static SearchSpace Read(string json, string source)
    {
        var declaration = StrictJson.Read<SearchSpaceDeclaration>(json, source);
        if (declaration.Stages.IsDefault)
            throw new InputException($"{source}: 'stages' must be a list of objects");
        var faults = new FaultList();
        Check(declaration, faults);
        var stem = ReadStem(declaration, faults);
        var stages = declaration.Stages.Take(MaximalStages).Select((stage, i) => ReadStage(stage, declaration.Block, $"stages[{i}]", faults)).ToImmutableArray();
        if (faults.Count == 0)
            CheckConnections(declaration, stem, stages, faults);
        if (faults.Count > 0)
            throw new InputException($"{source}: {faults.Text}");
        return new SearchSpace(declaration, stem, stages);
    }

    /// <summary>Rounds a width to a multiple of 8 that is at least 0.9 of it (the challenge's rule; MobileNetV2's make_divisible).</summary>
    internal static int RoundToMultipleOf8(double channels)
    {
        var rounded = Math.Max(8, (int)((channels + 4) / 8) * 8);
        return rounded < 0.9 * channels ? rounded + 8 : rounded;
    }

    private static void Check(SearchSpaceDeclaration space, FaultList faults)
    {
        if (string.IsNullOrWhiteSpace(space.Name))
            faults.Add("'name' is empty");
        if (space.ImageSize is < 8 or > 1024)
            faults.Add($"'imageSize' is {space.ImageSize}, allowed are 8 to 1024 pixels");
        if (space.Classes is < 2 or > 1_000_000)
            faults.Add($"'classes' is {space.Classes}, allowed are 2 to 1000000");
        if (space.Stages.Length is < 1 or > MaximalStages)
            faults.Add($"'stages' has {space.Stages.Length} entries, allowed are 1 to {MaximalStages}");
        if (space.UnusedCodeNumber is { } unused && (space.Code != CodeFormat.Widths || unused.Length is < 1 or > MaximalChoices || unused.Any(n => n < 1) || unused.Distinct().Count() < unused.Length))
            faults.Add("'unusedCodeNumber' lists the distinct numbers above 0, 1 to 64 of them, that the last position of a 'widths' code may hold, and stands only with \"code\": \"widths\"");
    }

    private static Stem ReadStem(SearchSpaceDeclaration space, FaultList faults)
    {
        var widths = ReadWidths(space.Stem.Widths, "stem.widths", faults);
        if (space.Stem.Domain?.Depth is not null)
            faults.Add("'stem.domain.depth' has no meaning: a stem has no depth");
        if (space.Stem.Domain?.InnerChoices is not null)
            faults.Add("'stem.domain.innerChoices' has no meaning: a stem has no inner width");
        return new Stem(space.Stem.Kind, widths, space.Stem.FollowsFirstStage, ReadChoices(space.Stem.Domain?.Choices, widths, "stem.domain.choices", faults));
    }

    private static Stage ReadStage(StageDeclaration stage, BlockKind block, string position, FaultList faults)
    {
        var depth = stage.Depth.Range;
        if (depth.Min < 1 || depth.Max > 9 || depth.Min > depth.Max)
            faults.Add($"'{position}.depth' is {depth.Min} to {depth.Max}, allowed are 1 to 9 with min at most max");
        if (stage.Stride is not (1 or 2))
            faults.Add($"'{position}.stride' is {stage.Stride}, allowed are 1 and 2");
        var domainDepth = stage.Domain?.Depth?.Range ?? depth;
        if (domainDepth.Min > domainDepth.Max || !depth.Contains(domainDepth.Min) || !depth.Contains(domainDepth.Max))
            faults.Add($"'{position}.domain.depth' is {domainDepth.Min} to {domainDepth.Max}, which does not lie in the stage's {depth}");
        if (stage.Output == OutputWidth.PerBlock && stage.Projection != ShortcutProjection.EveryBlock)
            faults.Add($"'{position}.projection' must be every-block where 'output' is per-block, since the widths on both sides of a shortcut may differ");
        var widths = ReadWidths(stage.Widths, $"{position}.widths", faults);
        var choices = ReadChoices(stage.Domain?.Choices, widths, $"{position}.domain.choices", faults);
        var (innerWidths, innerChoices) = ReadInner(stage, block, position, (widths, choices), faults);
        return new Stage(depth.Min, depth.Max, stage.Stride, stage.Projection, stage.Output, widths, innerWidths, domainDepth, choices, innerChoices);
    }

    /// <summary>The inner widths and their choices: those of the output where nothing else is declared.</summary>
    private static (ImmutableArray<int> Widths, ImmutableArray<int> Choices) ReadInner(
        StageDeclaration stage, BlockKind block, string position, (ImmutableArray<int> Widths, ImmutableArray<int> Choices) output, FaultList faults)
    {
        if (stage.InnerWidths is null && block == BlockKind.Bottleneck)
            faults.Add($"'{position}.innerWidths' is missing: a bottleneck has inner widths of its own, usually a quarter of the output's");
        if (stage.InnerWidths is null && stage.Domain?.InnerChoices is null)
            return output;
        var widths = stage.InnerWidths is { } declared ? ReadWidths(declared, $"{position}.innerWidths", faults) : output.Widths;
        return (widths, ReadChoices(stage.Domain?.InnerChoices, widths, $"{position}.domain.innerChoices", faults));
    }

    private static ImmutableArray<int> ReadWidths(WidthsDeclaration widths, string position, FaultList faults)
    {
        ImmutableArray<int> channels;
        if (widths is { Channels: { } absolute, Base: null, Ratios: null })
        {
            channels = absolute;
        }
        else if (widths is { Channels: null, Base: >= 1 and <= MaximalChannels and var width, Ratios: { } ratios } && ratios.All(r => r is > 0 and <= 8))
        {
            channels = [.. ratios.Select(ratio => RoundToMultipleOf8(width * ratio))];
        }
        else
        {
            faults.Add($"'{position}' must have either 'channels' alone, or 'base' (1 to {MaximalChannels}) and 'ratios' (each above 0, at most 8)");
            return [];
        }

        if (channels.Length is < 1 or > MaximalChoices)
            faults.Add($"'{position}' has {channels.Length} choices, allowed are 1 to {MaximalChoices}");
        else if (channels.Any(c => c is < 1 or > MaximalChannels))
            faults.Add($"'{position}' has a width outside 1 to {MaximalChannels} channels");
        return channels;
    }

    private static ImmutableArray<int> ReadChoices(ImmutableArray<int>? declared, ImmutableArray<int> widths, string position, FaultList faults)
    {
        if (declared is not { } choices || widths.IsEmpty)
            return [.. Enumerable.Range(1, widths.Length)];
        if (choices.Length == 0 || choices.Distinct().Count() < choices.Length || choices.Any(c => c < 1 || c > widths.Length))
            faults.Add($"'{position}' must list distinct choices from 1 to {widths.Length}, at least one");
        return choices.Sort();
    }

    /// <summary>Faults that lie between stages: what a shortcut without projection joins must have one width and one size.</summary>
    private static void CheckConnections(SearchSpaceDeclaration space, Stem stem, ImmutableArray<Stage> stages, FaultList faults)
    {
        if (stem.FollowsFirstStage && !(stem.Widths.SequenceEqual(stages[0].Widths) && stages[0].Output == OutputWidth.Shared))
            faults.Add("'stem.followsFirstStage' needs the stem's widths to be those of the first stage, whose 'output' must be shared");
        else if (stem.FollowsFirstStage && space.Stem.Domain?.Choices is not null && !stem.DomainChoices.SequenceEqual(stages[0].DomainChoices))
            faults.Add("'stem.domain.choices' differ from those of the first stage, which the stem follows: leave them out");
        for (var i = 0; i < stages.Length; i++)
        {
            var entersUnchanged = i == 0 && stem.FollowsFirstStage && stages[i].Stride == 1;
            if (stages[i].Projection == ShortcutProjection.None && !entersUnchanged)
                faults.Add($"'stages[{i}].projection' is none, which only a first stage of stride 1 with 'stem.followsFirstStage' may have; use first-block");
            CheckCode(space.Code, stages[i].Widths, $"stages[{i}].widths", faults);
            if (space.Stages[i].InnerWidths is not null)
                CheckCode(space.Code, stages[i].InnerWidths, $"stages[{i}].innerWidths", faults);
        }

        CheckCode(space.Code, stem.Widths, "stem.widths", faults);
    }

    /// <summary>Whether a code can name each choice of a width.</summary>
    private static void CheckCode(CodeFormat code, ImmutableArray<int> widths, string position, FaultList faults)
    {
        if (code == CodeFormat.Digits && widths.Length > 9)
            faults.Add($"'{position}' has {widths.Length} choices, but a 'digits' code has digits 1 to 9; use \"code\": \"widths\"");
        if (code == CodeFormat.Widths && widths.Distinct().Count() < widths.Length)
            faults.Add($"'{position}' gives one channel count twice, which a 'widths' code cannot tell apart");
    }
}
