using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace PriorNas.Cli.Tests;

/// <summary>What was measured once is not measured again.</summary>
public sealed class RankingTest : IDisposable
{
    /// <summary>Without the standard error relative to the mean of the list, which another list changes.</summary>
    private static JsonNode WithoutRelative(JsonNode entry)
    {
        var copy = entry.DeepClone();
        copy.AsObject().Remove("score_error");
        return copy;
    }

    private readonly SmallRun small = new();

    public void Dispose() => small.Dispose();

    [Fact]
    public async Task A_second_ranking_measures_only_what_is_new()
    {
        await CommandRun.Succeed([.. SmallRun.TrainArguments(small.Run), "--set", "epochs=1", .. SmallRun.Light]);
        Assert.Contains("ranked 4/4 networks", await Rank(4, "first.json"), StringComparison.Ordinal);
        Assert.Equal(4, Stored());

        var store = File.ReadAllBytes(Path.Combine(small.Run, "results.sqlite"));
        Assert.Equal($"4 architectures ranked: {small.At("second.json")}\n", await Rank(4, "second.json"));
        Assert.Equal(store, File.ReadAllBytes(Path.Combine(small.Run, "results.sqlite")));
        Assert.Equal(File.ReadAllBytes(small.At("first.json")), File.ReadAllBytes(small.At("second.json")));

        Assert.Contains("ranked 7/7 networks", await Rank(7, "longer.json"), StringComparison.Ordinal);
        Assert.Equal(7, Stored());
        var (first, longer) = (Read("first.json"), Read("longer.json"));
        Assert.All(first, entry => Assert.True(JsonNode.DeepEquals(WithoutRelative(entry.Value!), WithoutRelative(longer[entry.Key]!)), entry.Key));

        // Other settings are another measurement, whose results stand beside the earlier ones.
        await Rank(4, "running.json", "--calibration-images", "0");
        Assert.Equal(11, Stored());
        await Rank(4, "third.json");
        Assert.Equal(File.ReadAllBytes(small.At("first.json")), File.ReadAllBytes(small.At("third.json")));
    }

    [Fact]
    public async Task A_ranking_that_is_cancelled_while_it_loads_can_be_begun_again()
    {
        await CommandRun.Succeed([.. SmallRun.TrainArguments(small.Run), "--set", "epochs=1", .. SmallRun.Light]);
        using var source = new CancellationTokenSource();
        using var output = new StringWriter();
        using var error = new StringWriter();
        await source.CancelAsync();
        string[] arguments = ["rank", small.Run, "--architectures", small.WriteList(4), "--output", small.At("ranked.json")];
        Assert.Equal(130, await CommandLine.RunAsync(arguments, Terminal.Of(output, error), source.Token));
        Assert.Equal("error: interrupted.\n", error.ToString());
        Assert.False(File.Exists(small.At("ranked.json")));
        await CommandRun.Succeed(arguments);
    }

    private async Task<string> Rank(int count, string output, params string[] more) =>
        await CommandRun.Succeed(["rank", small.Run, "--architectures", small.WriteList(count), "--output", small.At(output), .. more]);

    private JsonObject Read(string name) => JsonNode.Parse(File.ReadAllText(small.At(name)))!.AsObject();

    private long Stored()
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(small.Run, "results.sqlite")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var count = connection.CreateCommand();
        count.CommandText = "SELECT count(*) FROM results";
        return (long)count.ExecuteScalar()!;
    }
}
