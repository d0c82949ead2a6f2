using System.Globalization;
using Microsoft.Data.Sqlite;
using PriorNas.Files;

namespace PriorNas.Torch.Runs;

/// <summary>The form of a result store; its version stands in <c>PRAGMA user_version</c>.</summary>
internal static class ResultStoreSchema
{
    internal const int Version = 3;

    // Read once so that a table of another form is found when the file is opened, not hours later.
    private const string Probe = "SELECT evaluation, code, images, top1_correct, top5_correct, even_top1_correct, image_groups FROM results LIMIT 1";

    private const string Create = """
        CREATE TABLE results (
          evaluation TEXT NOT NULL,
          code TEXT NOT NULL,
          images INTEGER NOT NULL,
          top1_correct INTEGER NOT NULL,
          top5_correct INTEGER NOT NULL,
          even_top1_correct INTEGER NOT NULL DEFAULT 0,
          image_groups BLOB,
          PRIMARY KEY (evaluation, code),
          CHECK (0 <= top1_correct AND top1_correct <= top5_correct AND top5_correct <= images AND images >= 1)
        ) STRICT, WITHOUT ROWID;
        """;

    /// <summary>
    /// Creates the table in a new file, or checks that an existing file has this form. Does not write into a finished one.
    /// </summary>
    internal static void Prepare(SqliteConnection connection, string path)
    {
        Execute(connection, "PRAGMA synchronous = FULL");
        if (ReadVersion(connection) == 0)
            CreateOnce(connection, path);
        if (ReadVersion(connection) is 1 or 2)
            Upgrade(connection);
        var version = ReadVersion(connection);
        if (version > Version)
            throw new InputException(
                $"'{path}' has the result format {version}, this version reads up to {Version}; use the newer version of this program, or another run folder.");
        if (version < 0)
            throw NoResultStore(path);
        Execute(connection, Probe);
    }

    private static void CreateOnce(SqliteConnection connection, string path)
    {
        // Immediate: of two processes that open a new file, the second waits here and then finds the table.
        using var transaction = connection.BeginTransaction(deferred: false);
        if (ReadVersion(connection) != 0)
            return;
        if (ReadNumber(connection, "SELECT count(*) FROM sqlite_schema") != 0)
            throw NoResultStore(path);
        Execute(connection, Create);
        Execute(connection, $"PRAGMA user_version = {Version}");
        transaction.Commit();
    }

    /// <summary>
    /// Adds what files of versions 1 and 2 lack. Their results stay: those of networks trained alone are used as they are, for their
    /// accuracy is all that is asked of them; those of rankings have no groups of images and are measured again.
    /// </summary>
    private static void Upgrade(SqliteConnection connection)
    {
        Execute(connection, "SELECT evaluation, code, images, top1_correct, top5_correct FROM results LIMIT 1");
        using var transaction = connection.BeginTransaction(deferred: false);
        var version = ReadVersion(connection);
        if (version is not (1 or 2))
            return;
        if (version == 1)
            Execute(connection, "ALTER TABLE results ADD COLUMN even_top1_correct INTEGER NOT NULL DEFAULT 0");
        Execute(connection, "ALTER TABLE results ADD COLUMN image_groups BLOB");
        Execute(connection, $"PRAGMA user_version = {Version}");
        transaction.Commit();
    }

    private static InputException NoResultStore(string path) =>
        new($"'{path}' is a database, but no result store; move it away or choose another run folder.");

    private static long ReadVersion(SqliteConnection connection) => ReadNumber(connection, "PRAGMA user_version");

    private static long ReadNumber(SqliteConnection connection, string query)
    {
        using var command = connection.CreateCommand();
        command.CommandText = query;
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private static void Execute(SqliteConnection connection, string statement)
    {
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        using var reader = command.ExecuteReader();
    }
}
