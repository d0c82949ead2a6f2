using Microsoft.Data.Sqlite;
using PriorNas.Files;
using PriorNas.Torch.Evaluation;

namespace PriorNas.Torch.Tests.Evaluation;

public sealed class ResultStoreTest : IDisposable
{
    private static readonly EvaluationResult Good = new(100, 70, 90);
    private static readonly EvaluationResult Poor = new(100, 0, 5);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("priornas-");

    private string StorePath => Path.Combine(folder.FullName, "results.sqlite");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Results_are_read_back_after_closing()
    {
        using (var store = ResultStore.Open(StorePath))
        {
            Assert.Empty(store.Read("a"));
            store.Add("a", [("1-2", Good), ("1-3", Poor)]);
            store.Add("a", []);
        }

        using var reopened = ResultStore.Open(StorePath);
        Assert.Equal(new Dictionary<string, EvaluationResult> { ["1-2"] = Good, ["1-3"] = Poor }, reopened.Read("a"));
        Assert.Equal((0.7, 0.9), (reopened.Read("a")["1-2"].Top1, reopened.Read("a")["1-2"].Top5));
        Assert.Equal([StorePath], Directory.GetFiles(folder.FullName));
    }

    [Fact]
    public void A_later_result_replaces_an_earlier_one()
    {
        using var store = ResultStore.Open(StorePath);
        store.Add("a", [("1", Good), ("2", Good), ("2", Poor)]);
        store.Add("a", [("1", Poor)]);
        Assert.Equal(new Dictionary<string, EvaluationResult> { ["1"] = Poor, ["2"] = Poor }, store.Read("a"));
    }

    [Fact]
    public void Another_evaluation_is_separate()
    {
        using var store = ResultStore.Open(StorePath);
        store.Add("a", [("1", Good)]);
        store.Add("A", [("1", Poor)]);
        Assert.Equal(Good, Assert.Single(store.Read("a")).Value);
        Assert.Equal(Poor, Assert.Single(store.Read("A")).Value);
        Assert.Empty(store.Read("b"));
    }

    [Fact]
    public void An_impossible_result_is_refused_and_none_of_its_batch_is_kept()
    {
        using var store = ResultStore.Open(StorePath);
        foreach (var impossible in new EvaluationResult[] { new(0, 0, 0), new(10, -1, 3), new(10, 4, 3), new(10, 4, 11) })
            Assert.Contains("The result of '2' is EvaluationResult {", Assert.Throws<ArgumentException>(() => store.Add("a", [("1", Good), ("2", impossible)])).Message, StringComparison.Ordinal);
        Assert.Empty(store.Read("a"));
    }

    [Fact]
    public void What_was_added_before_a_connection_was_abandoned_is_there()
    {
        var abandoned = ResultStore.Open(StorePath);
        abandoned.Add("a", [("1", Good)]);
        using var store = ResultStore.Open(StorePath);
        store.Add("a", [("2", Poor)]);
        Assert.Equal(2, store.Read("a").Count);
        Assert.Equal(2, abandoned.Read("a").Count);
        GC.KeepAlive(abandoned);
    }

    /// <summary>The files as a killed process leaves them: pages already overwritten, and the journal that undoes them.</summary>
    [Fact]
    public void A_transaction_that_was_cut_off_leaves_nothing()
    {
        using (var store = ResultStore.Open(StorePath))
            store.Add("a", [("1", Good)]);
        var killed = Path.Combine(folder.FullName, "killed.sqlite");
        using (var connection = Connect())
        {
            Execute(connection, "PRAGMA cache_size = 1; BEGIN IMMEDIATE; UPDATE results SET top1_correct = 3");
            Execute(connection, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO results SELECT 'a', 'code' || i, 9, 1, 1 FROM n");
            Assert.True(new FileInfo(StorePath + "-journal").Length > 0);
            File.Copy(StorePath, killed);
            File.Copy(StorePath + "-journal", killed + "-journal");
            Execute(connection, "ROLLBACK");
        }

        Assert.True(new FileInfo(killed).Length > 100_000);
        using var reopened = ResultStore.Open(killed);
        Assert.Equal(Good, Assert.Single(reopened.Read("a")).Value);
    }

    // SQLite takes a file of 0 or 1 bytes for an empty database.
    [Theory]
    [InlineData(2)]
    [InlineData(100)]
    [InlineData(5000)]
    public void A_file_that_is_no_database_is_refused_and_untouched(int length)
    {
        var garbage = Enumerable.Range(0, length).Select(i => (byte)(i * 7 + 1)).ToArray();
        File.WriteAllBytes(StorePath, garbage);
        Assert.Equal(
            $"'{StorePath}' is damaged or no result store; move it away, then its architectures are evaluated again.",
            Assert.Throws<InputException>(() => ResultStore.Open(StorePath)).Message);
        Assert.Equal(garbage, File.ReadAllBytes(StorePath));
    }

    [Fact]
    public void An_empty_file_is_a_new_store()
    {
        File.WriteAllBytes(StorePath, []);
        using var store = ResultStore.Open(StorePath);
        Assert.Empty(store.Read("a"));
    }

    [Theory]
    [InlineData("PRAGMA user_version = 2", "has the result format 2, this version reads up to 1; use the newer version of this program, or another run folder.")]
    [InlineData("PRAGMA user_version = -1", "is a database, but no result store; move it away or choose another run folder.")]
    [InlineData("PRAGMA user_version = 0", "is a database, but no result store; move it away or choose another run folder.")]
    [InlineData("DROP TABLE results", "is damaged or no result store; move it away, then its architectures are evaluated again.")]
    [InlineData("ALTER TABLE results RENAME COLUMN images TO pictures", "is damaged or no result store; move it away, then its architectures are evaluated again.")]
    public void Another_format_is_refused(string change, string message)
    {
        ResultStore.Open(StorePath).Dispose();
        using (var connection = Connect())
            Execute(connection, change);
        Assert.Equal($"'{StorePath}' {message}", Assert.Throws<InputException>(() => ResultStore.Open(StorePath)).Message);
    }

    [Fact]
    public void A_missing_folder_is_an_error_of_reading_and_writing()
    {
        var path = Path.Combine(folder.FullName, "none", "results.sqlite");
        Assert.Equal($"'{path}' cannot be opened; its folder must exist and allow writing.", Assert.Throws<IOException>(() => ResultStore.Open(path)).Message);
    }

    [Theory]
    [InlineData(8, "'r' cannot be written; allow writing to the file and its folder.")]
    [InlineData(13, "'r' cannot grow, the disk is full; free some space. Earlier results are kept.")]
    [InlineData(5, "'r' is in use by another process; wait until it ends.")]
    [InlineData(10, "'r' cannot be read or written: text")]
    public void Errors_of_the_disk_are_errors_of_reading_and_writing(int code, string message) =>
        Assert.Equal(message, Assert.IsType<IOException>(ResultStoreFault.Translate(new SqliteException("text", code), "r")).Message);

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={StorePath};Pooling=False");
        connection.Open();
        return connection;
    }

    private static void Execute(SqliteConnection connection, string statements)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements are this file's constants.
        command.CommandText = statements;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
