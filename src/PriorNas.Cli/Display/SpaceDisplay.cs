using PriorNas.Files;
using PriorNas.Priors;
using PriorNas.SearchSpaces;

namespace PriorNas.Cli.Display;

/// <summary>Shows a search space in words.</summary>
internal static class SpaceDisplay
{
    /// <param name="space">What is shown.</param>
    /// <param name="example">Of the space; its code explains the format.</param>
    /// <param name="output">Where to.</param>
    internal static void Write(SearchSpace space, Architecture example, TextWriter output)
    {
        output.WriteLine(space.Description.Length > 0 ? $"{space.Name}: {space.Description}" : space.Name);
        output.WriteLine();
        output.WriteLine($"images    {space.ImageSize} x {space.ImageSize} px, {space.Classes} classes");
        output.WriteLine($"stem      {Describe(space.Stem.Kind)}{(space.Stem.FollowsFirstStage ? "; its width is that of stage 1's output" : "")}");
        output.WriteLine($"          widths {Choices(space.Stem.Widths)}");
        if (space.Stem.DomainChoices.Length < space.Stem.Widths.Length)
            output.WriteLine($"          domain: choices {string.Join(' ', space.Stem.DomainChoices)}");
        foreach (var (index, stage) in space.Stages.Index())
            Write(index + 1, stage, space.Block, output);
        output.WriteLine("          (a width stands behind its choice, the number that names it)");
        output.WriteLine();
        WriteExtremes(space, output);
        output.WriteLine();
        output.WriteLine(space.CodeFormat == CodeFormat.Digits
            ? $"A code has {example.Code.Length} digits: choices, not channels; 00 is a block that is not active. An example, taken apart:"
            : $"A code has {example.Code.Split('-').Length} channel counts, joined by hyphens; 0-0 is a block that is not active. An example, taken apart:");
        output.WriteLine($"  {example.Code}");
        WriteParts(example, output);
    }

    /// <summary>A line for each part of a code.</summary>
    internal static void WriteParts(Architecture architecture, TextWriter output)
    {
        var parts = architecture.ExplainCode();
        var width = parts.Max(p => p.Text.Length);
        foreach (var part in parts)
            output.WriteLine($"  {part.Text.PadRight(width)}  {part.Meaning}");
    }

    private static void Write(int number, Stage stage, BlockKind block, TextWriter output)
    {
        output.WriteLine($"stage {number}   {stage.Depth} {StrictJson.KebabCase(block)} blocks, stride {stage.Stride}, {Describe(stage.Projection)}, {(stage.Output == OutputWidth.Shared ? "one output width for all blocks" : "an output width for each block")}");
        output.WriteLine($"          widths {Choices(stage.Widths)}");
        var ownInner = !stage.InnerWidths.SequenceEqual(stage.Widths);
        if (ownInner)
            output.WriteLine($"          inner widths {Choices(stage.InnerWidths)}");
        var innerDomain = ownInner ? stage.DomainInnerChoices.Length < stage.InnerWidths.Length : !stage.DomainInnerChoices.SequenceEqual(stage.DomainChoices);
        if (innerDomain || stage.DomainDepth != stage.Depth || stage.DomainChoices.Length < stage.Widths.Length)
            output.WriteLine($"          domain: {stage.DomainDepth} blocks, choices {string.Join(' ', stage.DomainChoices)}{(innerDomain ? $", inner choices {string.Join(' ', stage.DomainInnerChoices)}" : "")}");
    }

    private static void WriteExtremes(SearchSpace space, TextWriter output)
    {
        var sameDomain = space.Largest.Equals(space.LargestOfNetwork) && space.Smallest.Equals(space.SmallestOfNetwork);
        (string Name, Architecture Of)[] rows = sameDomain
            ? [("smallest", space.Smallest), ("largest", space.Largest)]
            : [("smallest of the network", space.SmallestOfNetwork), ("largest of the network", space.LargestOfNetwork), ("smallest of the domain", space.Smallest), ("largest of the domain", space.Largest)];
        var (name, code) = (rows.Max(r => r.Name.Length), rows.Max(r => r.Of.Code.Length));
        output.WriteLine($"{"".PadRight(name)}  {"code".PadRight(code)}  {"multiply-adds",15}  {"parameters",12}");
        foreach (var row in rows)
        {
            var shape = NetworkShape.Of(row.Of);
            output.WriteLine(FormattableString.Invariant($"{row.Name.PadRight(name)}  {row.Of.Code.PadRight(code)}  {FlopsPrior.MultiplyAdds(shape),15:#,0}  {ShapePrior.Named("params").Score(shape),12:#,0}"));
        }
    }

    private static string Choices(IEnumerable<int> widths) => string.Join("  ", widths.Select((width, i) => $"{i + 1}: {width}"));

    private static string Describe(StemKind kind) => kind switch
    {
        StemKind.Conv3x3 => "3x3 convolution of stride 1",
        StemKind.Conv7x7MaxPool => "7x7 convolution of stride 2, 3x3 max-pool of stride 2",
        _ => StrictJson.KebabCase(kind),
    };

    private static string Describe(ShortcutProjection projection) => projection switch
    {
        ShortcutProjection.None => "no projections",
        ShortcutProjection.FirstBlock => "the first block projects its shortcut",
        ShortcutProjection.EveryBlock => "every block projects its shortcut",
        _ => StrictJson.KebabCase(projection),
    };
}
