using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using PriorNas.Files;

namespace PriorNas.SearchSpaces;

/// <summary>Text of an architecture, to and from; the formats are those of <see cref="CodeFormat"/>.</summary>
internal static class ArchitectureCode
{
    /// <summary>Longer texts are cut in messages.</summary>
    private const int ShownCharacters = 120;

    internal static string Format(Architecture architecture)
    {
        var space = architecture.Space;
        var digits = architecture.Digits;
        var text = new StringBuilder(space.PositionCount + 1);
        if (space.CodeFormat == CodeFormat.Digits)
        {
            text.Append('1');
            foreach (var digit in digits)
                text.Append((char)('0' + digit));
            return text.ToString();
        }

        for (var i = space.StemPosition; i < digits.Length; i++)
        {
            if (i > space.StemPosition)
                text.Append('-');
            text.Append(CultureInfo.InvariantCulture, $"{(digits[i] == 0 ? 0 : Widths(space, i)[digits[i] - 1])}");
        }

        return text.ToString();
    }

    internal static Architecture Parse(SearchSpace space, string code)
    {
        ArgumentNullException.ThrowIfNull(code);
        var faults = new FaultList();
        var digits = space.CodeFormat == CodeFormat.Digits ? ReadDigits(space, code, faults) : ReadWidths(space, code);
        var faulty = new HashSet<int>();
        CheckDepths(space, digits, faulty, faults);
        CheckBlocks(space, digits, faulty, faults);
        CheckSharedWidths(space, digits, faulty, faults);
        if (faults.Count > 0)
            throw Invalid(space, code, faults.Text);
        return new Architecture(space, digits);
    }

    /// <summary>Digits as they stand; what they may be is checked afterwards.</summary>
    private static byte[] ReadDigits(SearchSpace space, string code, FaultList faults)
    {
        if (code.Length != space.PositionCount + 1)
            throw Invalid(space, code, $"it has {code.Length} characters, a code of this space has {space.PositionCount + 1}");
        var others = new FaultList();
        foreach (var (index, character) in code.Index().Where(c => !char.IsAsciiDigit(c.Item)))
            others.Add(() => $"character {index + 1} is '{character}', only digits may stand in a code");
        if (others.Count > 0)
            throw Invalid(space, code, others.Text);
        if (code[0] != '1')
            faults.Add($"digit 1 (image size) is {code[0]}, it must be 1");
        return [.. code.Skip(1).Select(c => (byte)(c - '0'))];
    }

    /// <summary>Channel counts, turned into choices; depths are the numbers of blocks before the first 0.</summary>
    private static byte[] ReadWidths(SearchSpace space, string code)
    {
        var expected = space.PositionCount - space.StemPosition;
        var parts = code.Split('-', expected + 1);
        if (parts.Length != expected)
            throw Invalid(space, code, $"it has {(parts.Length > expected ? "more than " + expected : parts.Length)} numbers, a code of this space has {expected}");
        var digits = new byte[space.PositionCount];
        var faults = new FaultList();
        for (var i = 0; i < parts.Length; i++)
        {
            var position = space.StemPosition + i;
            var widths = Widths(space, position);
            var mayBeZero = space.Stages.Any(s => s.Depth.Count > 1);
            var isNumber = int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && parts[i] == number.ToString(CultureInfo.InvariantCulture);
            if (!isNumber || (!(number == 0 && mayBeZero) && !widths.Contains(number)))
                faults.Add($"{Digit(space, position)}({Place(space, position)}) is '{Shorten(parts[i])}', it may be {Allowed(space, position)}");
            digits[position] = (byte)(widths.IndexOf(number) + 1);
        }

        if (faults.Count > 0)
            throw Invalid(space, code, faults.Text);
        for (var stage = 0; stage < space.Stages.Length; stage++)
        {
            while (digits[stage] < space.Stages[stage].Depth.Max && digits[space.InnerPosition(stage, digits[stage])] != 0)
                digits[stage]++;
        }

        return digits;
    }

    /// <summary>Of a stage whose depth is wrong nothing else is said: what its blocks may be depends on it.</summary>
    private static void CheckDepths(SearchSpace space, byte[] digits, HashSet<int> faulty, FaultList faults)
    {
        for (var stage = 0; stage < space.Stages.Length; stage++)
        {
            if (!space.Stages[stage].Depth.Contains(digits[stage]))
            {
                faults.Add($"{Depth(space, stage)} is {digits[stage]}, it may be {space.Stages[stage].Depth}");
                faulty.Add(stage);
            }
        }
    }

    private static void CheckBlocks(SearchSpace space, byte[] digits, HashSet<int> faulty, FaultList faults)
    {
        var sound = Enumerable.Range(-1, space.Stages.Length + 1).Where(stage => !faulty.Contains(stage)).ToHashSet();
        for (var position = space.StemPosition; position < digits.Length; position++)
        {
            var (stage, block) = Locate(space, position);
            if (!sound.Contains(stage) || FaultOfBlock(space, digits, position, stage < 0 || block < digits[stage]) is not { } fault)
                continue;
            faults.Add($"{Digit(space, position)}({Place(space, position)}) is {fault}");
            faulty.Add(stage);
        }
    }

    private static string? FaultOfBlock(SearchSpace space, byte[] digits, int position, bool active)
    {
        if (!active)
            return digits[position] == 0 ? null : $"{Shown(space, digits, position)}, but the depth of the stage is {digits[Locate(space, position).Stage]}: a block after that is written {Inactive(space)}";
        if (digits[position] == 0)
            return $"0{(Locate(space, position).Stage < 0 ? "" : " in an active block")}, it may be {Allowed(space, position)}";
        return digits[position] > Widths(space, position).Length ? $"{digits[position]}, it may be {Allowed(space, position)}" : null;
    }

    private static void CheckSharedWidths(SearchSpace space, byte[] digits, HashSet<int> faulty, FaultList faults)
    {
        for (var stage = 0; stage < space.Stages.Length; stage++)
        {
            var first = space.InnerPosition(stage, 0) + 1;
            for (var block = 1; block < digits[stage] && space.Stages[stage].Output == OutputWidth.Shared && !faulty.Contains(stage); block++)
            {
                var position = first + 2 * block;
                if (digits[position] != digits[first])
                    faults.Add($"{Digit(space, position)}({Place(space, position)}) is {Shown(space, digits, position)}, but all blocks of the stage share the output of its first, {Shown(space, digits, first)}");
            }
        }

        var output = space.InnerPosition(0, 0) + 1;
        if (space.Stem.FollowsFirstStage && !faulty.Contains(-1) && !faulty.Contains(0) && digits[space.StemPosition] != digits[output])
            faults.Add($"{Digit(space, space.StemPosition)}(stem) is {Shown(space, digits, space.StemPosition)}, it must be the output of stage 1, {Shown(space, digits, output)}");
    }

    /// <summary>The numbers that the choices of a position stand for.</summary>
    internal static ImmutableArray<int> Widths(SearchSpace space, int position)
    {
        var (stage, block) = Locate(space, position);
        if (stage >= 0)
            return position == space.InnerPosition(stage, block) ? space.Stages[stage].InnerWidths : space.Stages[stage].Widths;
        return position == space.StemPosition ? space.Stem.Widths : space.UnusedCodeNumbers;
    }

    /// <summary>Stage and block of a position; stage -1 for the stem and the unused number.</summary>
    private static (int Stage, int Block) Locate(SearchSpace space, int position)
    {
        for (var stage = space.Stages.Length - 1; stage >= 0; stage--)
        {
            var offset = position - space.InnerPosition(stage, 0);
            if (offset >= 0)
                return offset < 2 * space.Stages[stage].Depth.Max ? (stage, offset / 2) : (-1, 0);
        }

        return (-1, 0);
    }

    private static string Digit(SearchSpace space, int position) => space.CodeFormat == CodeFormat.Digits
        ? $"digit {position + 2} "
        : $"number {position - space.StemPosition + 1} ";

    /// <summary>A depth is a digit of its own, or else follows from the blocks.</summary>
    private static string Depth(SearchSpace space, int stage) => space.CodeFormat == CodeFormat.Digits
        ? $"{Digit(space, stage)}(depth of stage {stage + 1})"
        : $"the number of blocks of stage {stage + 1} before the first 0";

    private static string Inactive(SearchSpace space) => space.CodeFormat == CodeFormat.Digits ? "00" : "0-0";

    private static string Place(SearchSpace space, int position)
    {
        var (stage, block) = Locate(space, position);
        if (stage < 0)
            return position == space.StemPosition ? "stem" : "unused";
        var side = (position - space.InnerPosition(stage, block)) == 0 ? "inner" : "output";
        return $"stage {stage + 1}, block {block + 1}, {side} width";
    }

    private static string Allowed(SearchSpace space, int position) => space.CodeFormat == CodeFormat.Digits
        ? new DepthRange(1, Widths(space, position).Length).ToString()
        : string.Join(", ", Widths(space, position));

    private static int Shown(SearchSpace space, byte[] digits, int position) =>
        space.CodeFormat == CodeFormat.Digits || digits[position] == 0 ? digits[position] : Widths(space, position)[digits[position] - 1];

    private static string Shorten(string text) => text.Length <= ShownCharacters ? text : text[..ShownCharacters] + "...";

    private static InputException Invalid(SearchSpace space, string code, string fault) =>
        new($"architecture '{Shorten(code)}' is not of space '{Shorten(space.Name)}': {fault}.");
}
