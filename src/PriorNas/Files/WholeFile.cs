using System.Text;

namespace PriorNas.Files;

/// <summary>
/// Files that are written whole or not at all: into a temporary file beside the target, flushed to the disk, then renamed over it.
/// A process killed at any moment leaves the old file or the new one, never a part.
/// </summary>
public static class WholeFile
{
    /// <summary>The ending of the temporary file that a killed process may leave; it may be deleted at any time.</summary>
    public const string TemporarySuffix = ".partial";

    /// <summary>Writes a file through <paramref name="write"/>, replacing an existing one.</summary>
    /// <exception cref="IOException">The folder is missing, read-only or full, or another process writes the same file; the old file is untouched.</exception>
    /// <exception cref="UnauthorizedAccessException">Folder or file may not be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(write);
        var temporary = path + TemporarySuffix;
        try
        {
            // Opened outside of WriteAndRename: where this fails, the temporary file is another process's, or there is none.
            using var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None);
            WriteAndRename(stream, temporary, path, write);
        }
        catch (IOException e)
        {
            throw new IOException($"'{path}' cannot be written: {e.Message.TrimEnd('.')}. What stood there before is unchanged; make room or allow writing, then continue.", e);
        }
    }

    /// <summary>Writes UTF-8 text without a byte order mark.</summary>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    private static void WriteAndRename(FileStream stream, string temporary, string path, Action<Stream> write)
    {
        try
        {
            write(stream);
            stream.Flush(flushToDisk: true);
            stream.Dispose();
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            Discard(stream);
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Closes without a second error about bytes that the first one left in the buffer.</summary>
    private static void Discard(FileStream stream)
    {
        try
        {
            stream.Dispose();
        }
        catch (IOException)
        {
            // The handle is closed; what could not be written is deleted with the file.
        }
    }
}
