using Microsoft.Data.Sqlite;
using PriorNas.Files;
using PriorNas.Torch.Evaluation;
using PriorNas.Torch.Runs;
using PriorNas.Torch.Tests.Evaluation;

namespace PriorNas.Torch.Tests.Runs;

public sealed class ResultStoreRefusalTest : IDisposable
{
    private readonly ResultFolder folder = new();

    private string StorePath => folder.StorePath;

    public void Dispose() => folder.Dispose();

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

    [Theory]
    [InlineData("PRAGMA user_version = 4", "has the result format 4, this version reads up to 3; use the newer version of this program, or another run folder.")]
    [InlineData("PRAGMA user_version = -1", "is a database, but no result store; move it away or choose another run folder.")]
    [InlineData("PRAGMA user_version = 0", "is a database, but no result store; move it away or choose another run folder.")]
    [InlineData("DROP TABLE results", "is damaged or no result store; move it away, then its architectures are evaluated again.")]
    [InlineData("ALTER TABLE results RENAME COLUMN images TO pictures", "is damaged or no result store; move it away, then its architectures are evaluated again.")]
    public void Another_format_is_refused(string change, string message)
    {
        ResultStore.Open(StorePath).Dispose();
        using (var connection = folder.Connect())
            ResultFolder.Execute(connection, change);
        Assert.Equal($"'{StorePath}' {message}", Assert.Throws<InputException>(() => ResultStore.Open(StorePath)).Message);
    }

    [Theory]
    [InlineData("zeroblob(480)", "holds an impossible result of '1': EvaluationResult { Images = 40, ")]
    [InlineData("zeroblob(479)", "holds groups of images of '1' that are not 480 bytes long. Delete the file; its architectures are then evaluated again.")]
    public void Groups_that_no_evaluation_can_have_are_refused(string groups, string message)
    {
        using var store = ResultStore.Open(StorePath);
        store.Add("a", [("1", Groups.Made(40, 1))]);
        using (var connection = folder.Connect())
            ResultFolder.Execute(connection, $"UPDATE results SET image_groups = {groups}");
        Assert.StartsWith($"'{StorePath}' {message}", Assert.Throws<InputException>(() => store.Read("a")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_folder_is_an_error_of_reading_and_writing()
    {
        var path = Path.Combine(folder.Folder, "none", "results.sqlite");
        Assert.Equal($"'{path}' cannot be opened; its folder must exist and allow writing.", Assert.Throws<IOException>(() => ResultStore.Open(path)).Message);
    }

    [Fact]
    public void A_file_that_is_moved_while_it_is_open_is_an_error_of_reading_and_writing()
    {
        using var store = ResultStore.Open(StorePath);
        File.Move(StorePath, StorePath + ".moved");
        Assert.Equal(
            $"'{StorePath}' was moved or deleted while it was in use; put it back or start again.",
            Assert.Throws<IOException>(() => store.Add("a", [("1", new EvaluationResult(1, 1, 1))])).Message);
    }

    [Theory]
    [InlineData(8, "'r' cannot be written; allow writing to the file and its folder.")]
    [InlineData(13, "'r' cannot grow, the disk is full; free some space. Earlier results are kept.")]
    [InlineData(5, "'r' is in use by another process; wait until it ends.")]
    [InlineData(10, "'r' cannot be read or written: text")]
    public void Errors_of_the_disk_are_errors_of_reading_and_writing(int code, string message) =>
        Assert.Equal(message, Assert.IsType<IOException>(ResultStoreFault.Translate(new SqliteException("text", code), "r")).Message);
}
