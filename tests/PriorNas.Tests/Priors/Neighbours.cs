using PriorNas.SearchSpaces;

namespace PriorNas.Tests.Priors;

/// <summary>The architectures of a 'digits' space that are one step wider or deeper; none for other formats.</summary>
internal static class Neighbours
{
    /// <summary>One inner convolution, or all that shares a stage's output, with the next lower digit: as wide or wider.</summary>
    internal static IEnumerable<Architecture> Wider(Architecture a)
    {
        if (a.Space.CodeFormat != CodeFormat.Digits)
            yield break;
        for (var stage = 0; stage < a.Space.Stages.Length; stage++)
        {
            var first = 1 + a.Space.InnerPosition(stage, 0);
            for (var block = 0; block < a.Depth(stage); block++)
            {
                if (a.Code[first + 2 * block] > '1')
                    yield return Changed(a, [first + 2 * block]);
            }

            var outputs = Enumerable.Range(0, a.Depth(stage)).Select(block => first + 2 * block + 1).ToList();
            if (stage == 0 && a.Space.Stem.FollowsFirstStage)
                outputs.Add(1 + a.Space.StemPosition);
            if (a.Code[outputs[0]] > '1')
                yield return Changed(a, [.. outputs]);
        }

        if (!a.Space.Stem.FollowsFirstStage && a.Code[1 + a.Space.StemPosition] > '1')
            yield return Changed(a, [1 + a.Space.StemPosition]);
    }

    /// <summary>One stage with one block more, a copy of its last.</summary>
    internal static IEnumerable<Architecture> Deeper(Architecture a)
    {
        if (a.Space.CodeFormat != CodeFormat.Digits)
            yield break;
        for (var stage = 0; stage < a.Space.Stages.Length; stage++)
        {
            if (a.Depth(stage) == a.Space.Stages[stage].Depth.Max)
                continue;
            var code = a.Code.ToCharArray();
            var next = 1 + a.Space.InnerPosition(stage, a.Depth(stage));
            (code[1 + stage], code[next], code[next + 1]) = ((char)(code[1 + stage] + 1), code[next - 2], code[next - 1]);
            yield return a.Space.Parse(new string(code));
        }
    }

    /// <summary>Whether the wider code is not the same network by rounding.</summary>
    internal static bool HasMoreChannels(Architecture a, Architecture wider) => !a.Canonical().Equals(wider.Canonical());

    private static Architecture Changed(Architecture a, int[] positions)
    {
        var code = a.Code.ToCharArray();
        foreach (var position in positions)
            code[position]--;
        return a.Space.Parse(new string(code));
    }
}
