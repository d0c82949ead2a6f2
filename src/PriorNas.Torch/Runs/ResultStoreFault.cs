using Microsoft.Data.Sqlite;
using PriorNas.Files;

namespace PriorNas.Torch.Runs;

/// <summary>SQLite's error codes in the user's words.</summary>
internal static class ResultStoreFault
{
    // The primary result codes of https://www.sqlite.org/rescode.html.
    private const int GenericError = 1;
    private const int PermissionDenied = 3;
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int NoDatabase = 26;

    // An extended code: the file that is open no longer stands under its name.
    private const int ReadOnlyMoved = 1032;

    /// <summary>The exception to throw instead: <see cref="InputException"/> for a wrong file, else <see cref="IOException"/>.</summary>
    internal static Exception Translate(SqliteException e, string path) => e.SqliteErrorCode switch
    {
        NoDatabase or Corrupt or GenericError => new InputException(
            $"'{path}' is damaged or no result store; move it away, then its architectures are evaluated again.", e),
        CannotOpen => new IOException($"'{path}' cannot be opened; its folder must exist and allow writing.", e),
        ReadOnly when e.SqliteExtendedErrorCode == ReadOnlyMoved => new IOException(
            $"'{path}' was moved or deleted while it was in use; put it back or start again.", e),
        ReadOnly or PermissionDenied => new IOException($"'{path}' cannot be written; allow writing to the file and its folder.", e),
        Full => new IOException($"'{path}' cannot grow, the disk is full; free some space. Earlier results are kept.", e),
        Busy or Locked => new IOException($"'{path}' is in use by another process; wait until it ends.", e),
        _ => new IOException($"'{path}' cannot be read or written: {e.Message}", e),
    };
}
