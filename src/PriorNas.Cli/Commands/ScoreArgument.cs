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
    internal static (string Path, string Key) Split(string argument)
    {
        var colon = argument.LastIndexOf(':');

        // A colon may also stand in a path (C:\...): what follows a key's colon holds no separator.
        return colon > 1 && argument.AsSpan(colon).IndexOfAny('/', '\\') < 0 ? (argument[..colon], argument[(colon + 1)..]) : (argument, DefaultKey);
    }
}
