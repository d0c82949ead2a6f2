using PriorNas.Files;
using PriorNas.Ranking;

namespace PriorNas.Cli.Arguments;

/// <summary>FILE[:KEY] as the commands take it: a score file, and which of its numbers.</summary>
internal static class ScoreArgument
{
    private const string DefaultKey = "acc";

    /// <summary>What a ranking chose to rank by.</summary>
    internal const string RankedKey = "score";

    /// <summary>Opens a file of scores of any kind: without a key by <c>score</c> where its first entry has that, else by <c>acc</c>.</summary>
    /// <exception cref="InputException">Nothing follows the colon, or the file cannot be used.</exception>
    internal static ScoreFile Open(string argument)
    {
        var (path, key) = Parse(argument);
        return key is not null ? ScoreFile.Read(path, key) : ScoreFile.Read(path, RankedKey, DefaultKey);
    }

    /// <summary>File and key, <c>acc</c> by default.</summary>
    /// <exception cref="InputException">Nothing follows the colon.</exception>
    internal static (string Path, string Key) Split(string argument)
    {
        var (path, key) = Parse(argument);
        return (path, key ?? DefaultKey);
    }

    private static (string Path, string? Key) Parse(string argument)
    {
        var colon = argument.LastIndexOf(':');

        // A colon may also stand in a path (C:\...): what follows a key's colon holds no separator.
        if (colon <= 0 || argument.AsSpan(colon).IndexOfAny('/', '\\') >= 0)
            return (argument, null);
        return colon < argument.Length - 1
            ? (argument[..colon], argument[(colon + 1)..])
            : throw new InputException($"'{argument}' names no key: write one after the colon, or leave the colon out for '{DefaultKey}'.");
    }
}
