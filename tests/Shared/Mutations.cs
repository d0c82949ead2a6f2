using System.Numerics;
using PriorNas.Randomness;

namespace PriorNas.Testing;

/// <summary>
/// Hostile input for a reader, made from valid input: half of what is drawn are mutations of it, the rest is noise or tokens in a random
/// row. <typeparamref name="T"/> is <see cref="char"/> for texts and <see cref="byte"/> for files.
/// </summary>
/// <param name="valid">Whole inputs that the reader accepts.</param>
/// <param name="hostile">Further tokens: what such input must not hold, and what is at the edge of it.</param>
internal sealed class Mutations<T>(IReadOnlyList<T[]> valid, IReadOnlyList<T[]> hostile)
    where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
{
    private const int MostChanges = 3;
    private const int MostCopies = 30;
    private const int DeepestNesting = 300;
    private const int LongestNoise = 200;
    private const int MostTokens = 40;

    private readonly T[][] tokens = [.. hostile, .. valid.SelectMany(input => Tokens.Split<T>(input).Select(range => input[range])).DistinctBy(token => string.Join(' ', token))];

    internal T[] Draw(RandomStream random) => random.Next(8) switch
    {
        < 4 => Mutate(valid[random.Next(valid.Count)], random),
        < 6 => [.. Enumerable.Range(0, random.Next(MostTokens)).SelectMany(_ => tokens[random.Next(tokens.Length)])],
        6 => [.. Enumerable.Range(0, random.Next(LongestNoise)).Select(_ => Familiar(random))],
        _ => [.. Enumerable.Range(0, random.Next(LongestNoise)).Select(_ => T.CreateTruncating(random.NextUInt64()))],
    };

    /// <summary>One change, or up to <see cref="MostChanges"/>, each of any kind.</summary>
    internal T[] Mutate(T[] input, RandomStream random)
    {
        var items = input.ToList();
        var changes = 0;
        do
            Change(items, random);
        while (++changes < MostChanges && random.Next(2) == 0);
        return [.. items];
    }

    private void Change(List<T> items, RandomStream random)
    {
        if (items.Count == 0)
            return;
        var at = random.Next(items.Count);
        switch (random.Next(11))
        {
            case 0:
                items[at] ^= T.One << random.Next(int.CreateChecked(T.PopCount(T.MaxValue)));
                break;
            case 1:
                items[at] = Familiar(random);
                break;
            case 2:
                items.RemoveRange(at, items.Count - at);
                break;
            case 3:
                items.RemoveRange(at, random.Next(1 + Math.Min(20, items.Count - at)));
                break;
            case 4:
                items.Insert(at, Familiar(random));
                break;
            case 5:
                items.InsertRange(at, tokens[random.Next(tokens.Length)]);
                break;
            case 6:
                ReplaceToken(items, random);
                break;
            case 7:
                SwapTokens(items, random);
                break;
            case 8:
                RepeatMember(items, at, random);
                break;
            case 9:
                Nest(items, random);
                break;
            default:
                var from = random.Next(items.Count);
                items.InsertRange(at, items.GetRange(from, 1 + random.Next(Math.Min(60, items.Count - from))));
                break;
        }
    }

    private T Familiar(RandomStream random)
    {
        var token = tokens[random.Next(tokens.Length)];
        return token.Length == 0 ? T.Zero : token[random.Next(token.Length)];
    }

    private void ReplaceToken(List<T> items, RandomStream random)
    {
        var ranges = Tokens.Split<T>([.. items]);
        var (start, length) = ranges[random.Next(ranges.Count)].GetOffsetAndLength(items.Count);
        items.RemoveRange(start, length);
        items.InsertRange(start, tokens[random.Next(tokens.Length)]);
    }

    private static void SwapTokens(List<T> items, RandomStream random)
    {
        T[] whole = [.. items];
        var ranges = Tokens.Split<T>(whole);
        var (i, j) = (random.Next(ranges.Count), random.Next(ranges.Count));
        var (first, second) = (ranges[Math.Min(i, j)], ranges[Math.Max(i, j)]);
        if (i == j)
            return;
        items.Clear();
        items.AddRange([.. whole[..first.Start], .. whole[second], .. whole[first.End..second.Start], .. whole[first], .. whole[second.End..]]);
    }

    /// <summary>Writes what stands between two commas, such as a key and its value, once more behind it.</summary>
    private static void RepeatMember(List<T> items, int at, RandomStream random)
    {
        var comma = T.CreateChecked(',');
        var start = Math.Max(0, items.LastIndexOf(comma, at));
        var end = items.IndexOf(comma, at);
        var member = items.GetRange(start, (end <= start ? items.Count : end) - start);
        for (var copies = random.Next(8) == 0 ? MostCopies : 1; copies > 0; copies--)
            items.InsertRange(end <= start ? items.Count : end, member);
    }

    /// <summary>Puts a token into many lists or objects.</summary>
    private static void Nest(List<T> items, RandomStream random)
    {
        var ranges = Tokens.Split<T>([.. items]);
        var (start, length) = ranges[random.Next(ranges.Count)].GetOffsetAndLength(items.Count);
        var (open, close) = random.Next(2) == 0 ? ("[", "]") : ("{\"epochs\":", "}");
        var depth = 1 + random.Next(DeepestNesting);
        items.InsertRange(start + length, Enumerable.Repeat(close, depth).SelectMany(Tokens.Of<T>));
        items.InsertRange(start, Enumerable.Repeat(open, depth).SelectMany(Tokens.Of<T>));
    }
}
