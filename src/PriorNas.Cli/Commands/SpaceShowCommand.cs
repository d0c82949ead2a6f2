using System.CommandLine;
using PriorNas.Cli.Arguments;
using PriorNas.Cli.Display;
using PriorNas.Files;
using PriorNas.Priors;
using PriorNas.Randomness;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;

namespace PriorNas.Cli.Commands;

/// <summary><c>space show SPACE</c>: the network, the domain, their extremes, and how codes are written.</summary>
internal static class SpaceShowCommand
{
    internal static Command Create(Terminal terminal)
    {
        var space = Options.SpaceArgument();
        var json = Options.Json();
        var command = new Command("show", "Show the stages of a space, its largest and smallest networks, and how codes are written.") { space, json };
        command.SetAction(parsed =>
        {
            var opened = SearchSpace.Open(parsed.GetValue(space)!);
            if (parsed.GetValue(json))
                terminal.Output.Write(StrictJson.Write(Answer.Of(opened)));
            else
                SpaceDisplay.Write(opened, Example(opened), terminal.Output);
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>One architecture of the domain, always the same for a space.</summary>
    private static Architecture Example(SearchSpace space) => UniformSampler.Draw(space, new RandomStream(1).Split("example"));

    private sealed record Answer(
        string Name, string Description, int ImageSize, int Classes, BlockKind Block, CodeAnswer Code, StemAnswer Stem, IReadOnlyList<StageAnswer> Stages, Extremes Network, Extremes Domain)
    {
        internal static Answer Of(SearchSpace space) => new(
            space.Name,
            space.Description,
            space.ImageSize,
            space.Classes,
            space.Block,
            new CodeAnswer(space.CodeFormat, Example(space).Code, Example(space).ExplainCode()),
            new StemAnswer(space.Stem.Kind, space.Stem.FollowsFirstStage, space.Stem.Widths, space.Stem.DomainChoices),
            [.. space.Stages.Select(StageAnswer.Of)],
            new Extremes(NetworkAnswer.Of(space.SmallestOfNetwork), NetworkAnswer.Of(space.LargestOfNetwork)),
            new Extremes(NetworkAnswer.Of(space.Smallest), NetworkAnswer.Of(space.Largest)));
    }

    private sealed record CodeAnswer(CodeFormat Format, string Example, IReadOnlyList<CodePart> Parts);

    private sealed record StemAnswer(StemKind Kind, bool FollowsFirstStage, IReadOnlyList<int> Widths, IReadOnlyList<int> DomainChoices);

    /// <summary>Inner widths and their domain stand only where they are not those of the output.</summary>
    private sealed record StageAnswer(
        Depths Depth,
        int Stride,
        ShortcutProjection Projection,
        OutputWidth Output,
        IReadOnlyList<int> Widths,
        IReadOnlyList<int>? InnerWidths,
        Depths DomainDepth,
        IReadOnlyList<int> DomainChoices,
        IReadOnlyList<int>? DomainInnerChoices)
    {
        internal static StageAnswer Of(Stage stage)
        {
            var ownWidths = !stage.InnerWidths.SequenceEqual(stage.Widths);
            var ownChoices = ownWidths || !stage.DomainInnerChoices.SequenceEqual(stage.DomainChoices);
            return new(
                Depths.Of(stage.Depth),
                stage.Stride,
                stage.Projection,
                stage.Output,
                stage.Widths,
                ownWidths ? stage.InnerWidths : null,
                Depths.Of(stage.DomainDepth),
                stage.DomainChoices,
                ownChoices ? stage.DomainInnerChoices : null);
        }
    }

    private sealed record Depths(int Min, int Max)
    {
        internal static Depths Of(DepthRange range) => new(range.Min, range.Max);
    }

    private sealed record Extremes(NetworkAnswer Smallest, NetworkAnswer Largest);

    private sealed record NetworkAnswer(string Arch, long Flops, long Params)
    {
        internal static NetworkAnswer Of(Architecture architecture)
        {
            var shape = NetworkShape.Of(architecture);
            return new NetworkAnswer(architecture.Code, FlopsPrior.MultiplyAdds(shape), (long)ShapePrior.Named("params").Score(shape));
        }
    }
}
