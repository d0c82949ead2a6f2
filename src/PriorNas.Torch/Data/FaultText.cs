using PriorNas.Files;

namespace PriorNas.Torch.Data;

/// <summary>Several faults of a data set in one message.</summary>
internal static class FaultText
{
    private const int Shown = 5;

    /// <summary>The first faults as they are, the others as a number.</summary>
    public static string Join(IReadOnlyCollection<string> faults) => faults.Count <= Shown
        ? string.Join("; ", faults)
        : FormattableString.Invariant($"{string.Join("; ", faults.Take(Shown))}; and {faults.Count - Shown:N0} more faults of this kind");

    /// <exception cref="InputException">There is a fault; the message names the first of them.</exception>
    public static void ThrowIfAny(IReadOnlyCollection<string> faults)
    {
        if (faults.Count > 0)
            throw new InputException(Join(faults));
    }
}
