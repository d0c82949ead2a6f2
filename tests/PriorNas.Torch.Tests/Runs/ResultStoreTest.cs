using PriorNas.Torch.Evaluation;
using PriorNas.Torch.Runs;
using PriorNas.Torch.Tests.Evaluation;

namespace PriorNas.Torch.Tests.Runs;

public sealed class ResultStoreTest : IDisposable
{
    private static readonly EvaluationResult Good = Groups.Made(100, 0.125);
    private static readonly EvaluationResult Poor = new(100, 0, 5);

    private readonly ResultFolder folder = new();

    private string StorePath => folder.StorePath;

    public void Dispose() => folder.Dispose();

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
        Assert.Equal((0.34, Good.Loss, Good.Margin), (reopened.Read("a")["1-2"].Top1, reopened.Read("a")["1-2"].Loss, reopened.Read("a")["1-2"].Margin));
        Assert.Null(reopened.Read("a")["1-3"].Groups);
        Assert.Equal([StorePath], Directory.GetFiles(folder.Folder));
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
        EvaluationResult[] results =
        [
            new(0, 0, 0), new(10, -1, 3), new(10, 4, 3), new(10, 4, 11),
            Good with { Images = 101 }, Good with { Top1Correct = 33 }, Good with { EvenTop1Correct = 3 },
            .. Broken(Good).Select(groups => Good with { Groups = groups }),
        ];
        foreach (var impossible in results)
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
        var killed = Path.Combine(folder.Folder, "killed.sqlite");
        using (var connection = folder.Connect())
        {
            ResultFolder.Execute(connection, "PRAGMA cache_size = 1; BEGIN IMMEDIATE; UPDATE results SET top1_correct = 3");
            ResultFolder.Execute(connection, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO results SELECT 'a', 'code' || i, 9, 1, 1, 0, NULL FROM n");
            Assert.True(new FileInfo(StorePath + "-journal").Length > 0);
            File.Copy(StorePath, killed);
            File.Copy(StorePath + "-journal", killed + "-journal");
            ResultFolder.Execute(connection, "ROLLBACK");
        }

        Assert.True(new FileInfo(killed).Length > 100_000);
        using var reopened = ResultStore.Open(killed);
        Assert.Equal(Good, Assert.Single(reopened.Read("a")).Value);
    }

    [Theory]
    [InlineData(1, "", "")]
    [InlineData(2, ", even_top1_correct INTEGER NOT NULL DEFAULT 0", ", 1")]
    public void A_store_of_an_earlier_version_is_brought_to_the_present_form_and_keeps_its_results(int version, string column, string value)
    {
        using (var connection = folder.Connect())
        {
            ResultFolder.Execute(connection, $"""
                CREATE TABLE results (evaluation TEXT NOT NULL, code TEXT NOT NULL, images INTEGER NOT NULL, top1_correct INTEGER NOT NULL, top5_correct INTEGER NOT NULL{column},
                  PRIMARY KEY (evaluation, code)) STRICT, WITHOUT ROWID;
                INSERT INTO results VALUES ('a', '1', 9, 3, 5{value});
                PRAGMA user_version = {version}
                """);
        }

        var old = new EvaluationResult(9, 3, 5, version - 1);
        for (var open = 0; open < 2; open++)
        {
            using var store = ResultStore.Open(StorePath);
            Assert.Equal(old, store.Read("a")["1"]);
            Assert.True(double.IsNaN(store.Read("a")["1"].Score(ScoreKind.Loss)));
            store.Add("a", [("2", Good)]);
            Assert.Equal(Good, store.Read("a")["2"]);
        }
    }

    /// <summary>Numbers that no evaluation can have, in the groups of a result that is possible but for them.</summary>
    private static IEnumerable<ImageGroups> Broken(EvaluationResult result)
    {
        var group = result.Groups![4];
        ImageGroup[] broken =
        [
            group with { Loss = double.NaN }, group with { Margin = double.NegativeInfinity }, group with { Loss = -1 }, group with { Loss = 10_001 * group.Images },
            group with { Images = group.Images + 1 }, group with { Top1Correct = group.Images + 1 },
        ];
        return broken.Select(one => new ImageGroups(Enumerable.Range(0, ImageGroups.Count).Select(i => i == 4 ? one : result.Groups[i])));
    }

    [Fact]
    public void An_empty_file_is_a_new_store()
    {
        File.WriteAllBytes(StorePath, []);
        using var store = ResultStore.Open(StorePath);
        Assert.Empty(store.Read("a"));
    }
}
