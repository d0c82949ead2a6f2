using PriorNas.Files;

namespace PriorNas.Torch.Data.Formats;

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

    /// <summary>
    /// Ends a reading of images that could not take place, for permissions, the disk or the memory: such a fault says nothing of what a file
    /// holds, so the image may not be left out for it.
    /// </summary>
    /// <param name="faults">Of the images, null for those without.</param>
    /// <exception cref="InputException">There is such a fault; the message names the first of them.</exception>
    public static void ThrowIfUnread(IEnumerable<InputException?> faults)
    {
        InputException[] unread = [.. faults.OfType<InputException>().Where(fault => fault.InnerException is not null)];
        if (unread.Length > 0)
            throw new InputException(Join([.. unread.Select(fault => fault.Message)]), unread[0].InnerException);
    }

    /// <exception cref="InputException">There is a fault; the message names the first of them.</exception>
    public static void ThrowIfAny(IReadOnlyCollection<string> faults)
    {
        if (faults.Count > 0)
            throw new InputException(Join(faults));
    }
}
