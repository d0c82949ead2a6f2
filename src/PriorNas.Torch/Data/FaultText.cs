using PriorNas.Files;

namespace PriorNas.Torch.Data;

/// <summary>Several faults of a data set in one message.</summary>
internal static class FaultText
{
    private const int Shown = 5;

    /// <summary>One fault as it is; of several the first, and the others as a number.</summary>
    public static string Join(IReadOnlyCollection<string> faults)
    {
        if (faults.Count == 1)
            return faults.First();
        var text = string.Join("; ", faults.Take(Shown).Select(fault => fault.TrimEnd('.')));
        return FormattableString.Invariant($"{text}{(faults.Count > Shown ? $"; and {faults.Count - Shown} more" : "")}.");
    }

    /// <exception cref="InputException">There is a fault; the message names the first of them.</exception>
    public static void ThrowIfAny(IReadOnlyCollection<string> faults)
    {
        if (faults.Count > 0)
            throw new InputException(Join(faults));
    }
}
