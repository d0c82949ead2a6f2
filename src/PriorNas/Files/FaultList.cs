namespace PriorNas.Files;

/// <summary>Collects what is wrong with a file, to name it all in one message; of many faults the first few are written out.</summary>
internal sealed class FaultList
{
    private const int Shown = 5;
    private const int ShownCharacters = 60;

    private readonly List<string> faults = [];

    internal void Add(string fault) => faults.Add(fault);

    /// <exception cref="InputException">There is a fault.</exception>
    internal void ThrowIfAny(string source)
    {
        if (faults.Count > 0)
            throw new InputException($"{source}: {string.Join("; ", faults.Take(Shown))}{(faults.Count > Shown ? $"; and {faults.Count - Shown} more faults" : "")}.");
    }

    /// <summary>A value as it stands in a message: its beginning, if it is long.</summary>
    internal static string Shorten(string value) => value.Length <= ShownCharacters ? value : value[..ShownCharacters] + "...";
}
