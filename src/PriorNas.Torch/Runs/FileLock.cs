using PriorNas.Files;

namespace PriorNas.Torch.Runs;

/// <summary>A file that one process at a time holds; the system takes it back from a process that ends.</summary>
internal static class FileLock
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(1);

    /// <summary>What the system says of a file that another holds: EAGAIN of Linux and of macOS, a sharing violation and a lock violation of Windows.</summary>
    private static readonly int[] Held = [11, 35, unchecked((int)0x80070020), unchecked((int)0x80070021)];

    /// <summary>Takes the file, which is made where it is missing, as its folder is.</summary>
    /// <returns>To be disposed when others may have it; null while another has it.</returns>
    /// <exception cref="InputException">The file can neither be opened nor made, whoever has it.</exception>
    internal static FileStream? TryTake(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (Held.Contains(e.HResult))
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"'{path}', by which processes share the work, cannot be used: {e.Message.TrimEnd('.')}; make room, allow writing there, or give another --run.", e);
        }
    }

    /// <summary>Takes the file when nobody else has it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="waiting">Is told once, where it has to be waited for.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="InputException">As for <see cref="TryTake"/>.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled while another had it.</exception>
    internal static FileStream Take(string path, Action waiting, CancellationToken cancellation)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            if (TryTake(path) is { } taken)
                return taken;
            if (isFirst)
                waiting();
            cancellation.WaitHandle.WaitOne(Wait);
            cancellation.ThrowIfCancellationRequested();
        }
    }
}
