using PriorNas.Files;
using PriorNas.Ranking;

namespace PriorNas.Cli.Commands;

/// <summary>FILE[:KEY] as the commands take it: a score file, and which of its numbers.</summary>
internal static class ScoreArgument
{
    private const string DefaultKey = "acc";

    internal static ScoreFile Open(string argument)
    {
        var (path, key) = Split(argument);
        return ScoreFile.Read(path, key);
    }

    /// <summary>File and key.</summary>
    /// <exception cref="InputException">Nothing follows the colon.</exception>
    internal static (string Path, string Key) Split(string argument)
    {
        var colon = argument.LastIndexOf(':');

        // A colon may also stand in a path (C:\...): what follows a key's colon holds no separator.
        if (colon <= 0 || argument.AsSpan(colon).IndexOfAny('/', '\\') >= 0)
            return (argument, DefaultKey);
        return colon < argument.Length - 1
            ? (argument[..colon], argument[(colon + 1)..])
            : throw new InputException($"'{argument}' names no key: write one after the colon, or leave the colon out for '{DefaultKey}'.");
    }
}
