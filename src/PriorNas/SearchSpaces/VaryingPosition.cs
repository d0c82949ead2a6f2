using System.Collections.Immutable;

namespace PriorNas.SearchSpaces;

/// <summary>A choice in which the architectures of a list differ, as a column of numbers.</summary>
/// <param name="Name">In words, with stage and block counted from 1, such as <c>stage 2 block 1 inner</c>.</param>
/// <param name="Stage">The stage that it belongs to, from 0, or -1 for the stem.</param>
/// <param name="IsDepth">Whether it is a depth, in blocks; else it is a width.</param>
/// <param name="Values">
/// One number for each architecture. Of a depth the number of blocks. Of a width the natural logarithm of the channels minus its mean over
/// the architectures that have the block, and 0 for those that have not: what having the block is worth then belongs to the depth alone.
/// </param>
internal sealed record VaryingPosition(string Name, int Stage, bool IsDepth, double[] Values)
{
    /// <summary>
    /// The positions that vary, in the order of the code: stem, then for each stage its depth, its shared output or the blocks' widths. A
    /// width that the blocks of a stage share is one position, and so is a stem with the output that it follows.
    /// </summary>
    /// <param name="architectures">At least one, all of one space.</param>
    internal static ImmutableArray<VaryingPosition> Of(IReadOnlyList<Architecture> architectures)
    {
        var space = architectures[0].Space;
        var positions = ImmutableArray.CreateBuilder<VaryingPosition>();
        if (!space.Stem.FollowsFirstStage)
            AddWidth("stem", -1, architecture => architecture.StemChannels);
        for (var stage = 0; stage < space.Stages.Length; stage++)
            AddStage(stage);
        return positions.DrainToImmutable();

        void AddStage(int stage)
        {
            var name = $"stage {stage + 1}";
            var shares = space.Stages[stage].Output == OutputWidth.Shared;
            if (architectures.Any(a => a.Depth(stage) != architectures[0].Depth(stage)))
                positions.Add(new($"{name} depth", stage, true, [.. architectures.Select(a => (double)a.Depth(stage))]));
            var joint = stage == 0 && space.Stem.FollowsFirstStage ? "stem and " : "";
            if (shares)
                AddWidth($"{joint}{name} output", stage, a => a.OutputChannels(stage, 0));
            for (var block = 0; block < space.Stages[stage].Depth.Max; block++)
            {
                var index = block;
                AddWidth($"{name} block {block + 1} inner", stage, a => Has(a) ? a.InnerChannels(stage, index) : null);
                if (!shares)
                    AddWidth($"{name} block {block + 1} output", stage, a => Has(a) ? a.OutputChannels(stage, index) : null);

                bool Has(Architecture architecture) => index < architecture.Depth(stage);
            }
        }

        void AddWidth(string name, int stage, Func<Architecture, int?> channels)
        {
            var widths = architectures.Select(channels).ToArray();
            if (widths.OfType<int>().Distinct().Count() > 1)
                positions.Add(new(name, stage, false, Centred(widths)));
        }
    }

    private static double[] Centred(int?[] widths)
    {
        var mean = widths.OfType<int>().Average(width => Math.Log(width));
        return Array.ConvertAll(widths, width => width is { } channels ? Math.Log(channels) - mean : 0);
    }
}
