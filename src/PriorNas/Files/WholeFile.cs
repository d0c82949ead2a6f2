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
    /// <exception cref="IOException">The folder is missing, read-only or full; the old file is untouched.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(write);
        var temporary = path + TemporarySuffix;
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Writes UTF-8 text without a byte order mark.</summary>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
}
