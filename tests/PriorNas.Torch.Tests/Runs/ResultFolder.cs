using Microsoft.Data.Sqlite;

namespace PriorNas.Torch.Tests.Runs;

/// <summary>A new folder for one result store, and a way past the store to its database.</summary>
internal sealed class ResultFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("priornas-");

    internal string Folder => folder.FullName;

    internal string StorePath => Path.Combine(Folder, "results.sqlite");

    public void Dispose() => folder.Delete(recursive: true);

    internal SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={StorePath};Pooling=False");
        connection.Open();
        return connection;
    }

    internal static void Execute(SqliteConnection connection, string statements)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements are constants of the tests.
        command.CommandText = statements;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
