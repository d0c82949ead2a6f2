using System.Globalization;
using Microsoft.Data.Sqlite;
using PriorNas.Randomness;
using PriorNas.Torch.Interchange;

namespace PriorNas.Cli.Tests;

/// <summary>
/// Processes killed by SIGKILL at random moments lose nothing that matters. The number of kills is 8, or that of the environment variable
/// PRIORNAS_KILLS; a quarter of them hit rankings.
/// </summary>
public sealed class KillTest : IDisposable
{
    private const string Writing = "while a checkpoint was written";
    private const string BeforeRename = "between the checkpoint's last byte and its rename";

    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("PRIORNAS_KILLS") ?? "8", CultureInfo.InvariantCulture);

    /// <summary>An epoch is one step, so that a good part of the time goes into checkpoints.</summary>
    private static readonly string[] Quick =
    [
        "--set", "data.syntheticTrainImages=32", "--set", "data.syntheticValidationImages=32", "--set", "optimizer.warmUpEpochs=0", "--set", $"epochs={10 + 4 * Kills}", .. SmallRun.Light,
    ];

    private readonly SmallRun small = new();

    private string Checkpoint => Path.Combine(small.Run, "checkpoint", "last.safetensors");

    public void Dispose() => small.Dispose();

    [Fact]
    public async Task A_training_killed_at_random_moments_ends_with_the_same_bytes()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Processes are stopped at a moment by the signals of Linux.");
        await CommandRun.Succeed([.. SmallRun.TrainArguments(small.At("whole")), .. Quick]);
        var whole = File.ReadAllBytes(Path.Combine(small.At("whole"), "checkpoint", "last.safetensors"));
        var random = new RandomStream(7);
        var seen = new List<string>();
        var step = 0L;
        for (var kill = 0; kill < Kills - Kills / 4; kill++)
        {
            using (var training = ProgramRun.Start(small.Folder, TrainOrResume()))
                seen.Add(await KillAt(training, kill % 4, whole.Length, random.Split(kill)));
            var reached = File.Exists(Checkpoint) ? Step(Checkpoint) : 0;
            Assert.True(reached >= step, $"the checkpoint went back from step {step} to {reached}");
            step = reached;
        }

        await CommandRun.Succeed(TrainOrResume());
        Assert.Equal(whole, File.ReadAllBytes(Checkpoint));
        Assert.Equal([Checkpoint], Directory.GetFiles(Path.GetDirectoryName(Checkpoint)!));
        Assert.False(Directory.Exists(small.Run + ".partial"));
        Report(seen);

        // The moments that are waited for, not only drawn.
        Assert.Contains(Writing, seen);
        Assert.Contains(BeforeRename, seen);
    }

    [Fact]
    public async Task A_ranking_killed_at_random_moments_loses_no_stored_result_and_gives_the_same_file()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Processes are stopped at a moment by the signals of Linux.");
        var list = small.WriteList(Math.Max(150, 75 * Kills));
        await CommandRun.Succeed([.. SmallRun.TrainArguments(small.Run), .. SmallRun.Light]);
        string[] rank = ["rank", small.Run, "--architectures", list, "--output", small.At("killed.json")];
        var random = new RandomStream(8);
        var seen = new List<string>();
        var results = 0L;
        for (var kill = 0; kill < Math.Max(1, Kills / 4); kill++)
        {
            using (var ranking = ProgramRun.Start(small.Folder, rank))
            {
                var journal = Path.Combine(small.Run, "results.sqlite-journal");
                await (kill % 2 == 0 ? ranking.StopWhen(() => File.Exists(journal)) : Task.Delay(TimeSpan.FromSeconds(random.NextDouble(0.5, 3)), TestContext.Current.CancellationToken));
                await ranking.Kill();
                seen.Add(!ranking.WasKilled ? "it had ended" : File.Exists(journal) ? "within a transaction" : "between transactions");
            }

            var stored = StoredResults();
            Assert.True(stored >= results, $"of {results} results {stored} are left");
            results = stored;
        }

        await CommandRun.Succeed(rank);
        File.Delete(Path.Combine(small.Run, "results.sqlite"));
        await CommandRun.Succeed([.. rank[..^1], small.At("whole.json")]);
        Assert.Equal(File.ReadAllBytes(small.At("whole.json")), File.ReadAllBytes(small.At("killed.json")));
        Report(seen);
    }

    /// <summary>Three kills: one while the first checkpoints are made, two at random.</summary>
    [Fact]
    public async Task Networks_trained_alone_and_killed_at_random_moments_end_with_the_same_file()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Processes are stopped at a moment by the signals of Linux.");
        var list = small.WriteList(4);
        string[] Train(string run) => ["train-alone", SmallRun.DemoRecipe, "--run", small.At(run), "--architectures", list, "--jobs", "2", "--threads", "1", "--keep-weights", .. Quick[..^SmallRun.Light.Length], "--output", small.At(run + ".json")];
        var random = new RandomStream(9);
        for (var kill = 0; kill < 3; kill++)
        {
            using var training = ProgramRun.Start(small.Folder, Train("killed"));
            var checkpoints = Path.Combine(small.At("killed"), "checkpoint");
            await training.WaitUntil(() => Directory.Exists(checkpoints) && Directory.EnumerateFiles(checkpoints).Any());
            await Task.Delay(TimeSpan.FromSeconds(kill * random.NextDouble(0, 0.5)), TestContext.Current.CancellationToken);
            await training.Kill();
        }

        await CommandRun.Succeed(Train("killed"));
        await CommandRun.Succeed(Train("whole"));
        Assert.Equal(File.ReadAllBytes(small.At("whole.json")), File.ReadAllBytes(small.At("killed.json")));
        var networks = Directory.GetFiles(small.At("whole/networks"));
        Assert.All(networks, network => Assert.Equal(File.ReadAllBytes(network), File.ReadAllBytes(network.Replace("whole", "killed", StringComparison.Ordinal))));
        Assert.Equal(networks.Length, Directory.GetFiles(small.At("killed/networks")).Length);
        Assert.Empty(Directory.GetFiles(small.At("killed/checkpoint")));
    }

    /// <summary>Kills at one of four kinds of moment, and says what it hit.</summary>
    private async Task<string> KillAt(ProgramRun training, int kind, int checkpointBytes, RandomStream random)
    {
        var partial = new FileInfo(Checkpoint + ".partial");
        var left = partial.Exists ? partial.LastWriteTimeUtc : DateTime.MinValue;
        switch (kind)
        {
            case 0:
                await training.StopWhen(() => Written() >= checkpointBytes);
                break;
            case 1:
                await training.StopWhen(() => Written() > 0 && Written() < checkpointBytes);
                break;
            case 2:
                await training.Reaches("epoch ");
                await Task.Delay(TimeSpan.FromMilliseconds(random.NextDouble(0, 100)), TestContext.Current.CancellationToken);
                break;
            default:
                await Task.Delay(TimeSpan.FromSeconds(random.NextDouble(0, 1.3)), TestContext.Current.CancellationToken);
                break;
        }

        await training.Kill();
        if (!training.WasKilled)
            return "it had ended";
        return Written() switch
        {
            < 0 => "between checkpoints",
            var bytes when bytes < checkpointBytes => Writing,
            _ => BeforeRename,
        };

        // Bytes of this process's temporary file, or -1.
        long Written()
        {
            partial.Refresh();
            return partial.Exists && partial.LastWriteTimeUtc != left ? partial.Length : -1;
        }
    }

    private string[] TrainOrResume() => Directory.Exists(small.Run) ? ["train", "--resume", small.Run] : [.. SmallRun.TrainArguments(small.Run), .. Quick];

    private static long Step(string checkpoint) => long.Parse(SafeTensorsFile.Read(checkpoint, requireChecksum: true).Metadata["step"], CultureInfo.InvariantCulture);

    private long StoredResults()
    {
        var path = Path.Combine(small.Run, "results.sqlite");
        if (!File.Exists(path))
            return 0;
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM sqlite_schema";
        if ((long)command.ExecuteScalar()! == 0)
            return 0;
        command.CommandText = "PRAGMA integrity_check";
        Assert.Equal("ok", command.ExecuteScalar());
        command.CommandText = "SELECT count(*) FROM results";
        return (long)command.ExecuteScalar()!;
    }

    private static void Report(List<string> seen) => TestContext.Current.TestOutputHelper?.WriteLine(
        string.Join("\n", seen.GroupBy(moment => moment).Select(group => $"{group.Count()} {group.Key}")));
}
