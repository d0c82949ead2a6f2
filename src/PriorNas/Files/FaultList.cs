namespace PriorNas.Files;

/// <summary>
/// Collects what is wrong with a file, to name it all in one message; of many faults the first few are written out and the others counted,
/// so that neither the list nor the message grows with the file.
/// </summary>
internal sealed class FaultList
{
    private const int Shown = 5;
    private const int ShownCharacters = 60;

    private readonly List<string> shown = [];

    /// <summary>How many faults there are.</summary>
    internal int Count { get; private set; }

    /// <summary>The faults in one line, without a full stop.</summary>
    internal string Text => $"{string.Join("; ", shown)}{(Count > Shown ? $"; and {Count - Shown} more faults" : "")}";

    internal void Add(string fault)
    {
        if (Count++ < Shown)
            shown.Add(fault);
    }

    /// <summary>As <see cref="Add(string)"/>, but the fault is put into words only if it will be shown.</summary>
    internal void Add(Func<string> fault)
    {
        if (Count++ < Shown)
            shown.Add(fault());
    }

    /// <exception cref="InputException">There is a fault.</exception>
    internal void ThrowIfAny(string source)
    {
        if (Count > 0)
            throw new InputException($"{source}: {Text}.");
    }

    /// <summary>A value as it stands in a message: its start, if it is long.</summary>
    internal static string Shorten(string value) => value.Length <= ShownCharacters ? value : value[..ShownCharacters] + "...";

    /// <summary>Names as they stand in a message, separated by commas: each shortened, and of many the first.</summary>
    internal static string Shorten(IReadOnlyCollection<string> names)
    {
        const int ShownNames = 20;
        return $"{string.Join(", ", names.Take(ShownNames).Select(Shorten))}{(names.Count > ShownNames ? $" and {names.Count - ShownNames} more" : "")}";
    }
}
