using PriorNas.Files;
using PriorNas.Torch.Runs;
using PriorNas.Torch.Tests.Training;

namespace PriorNas.Torch.Tests.Issues;

/// <summary>Of several processes that made one run folder at once, one deleted what another had half made.</summary>
public sealed class RunCreationRaceTest : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void One_gets_the_folder_and_the_others_are_refused()
    {
        const int Rounds = 25;
        const int Makers = 4;
        for (var round = 0; round < Rounds; round++)
        {
            var path = folder.At($"run{round}");
            using var together = new Barrier(Makers);
            var made = new RunFolder?[Makers];
            var errors = new Exception?[Makers];
            var threads = Enumerable.Range(0, Makers).Select(i => new Thread(() =>
            {
                together.SignalAndWait();
                errors[i] = Record.Exception(() => { made[i] = RunFolder.Create(path, TrainingRuns.File, TrainingRuns.Data); });
            })).ToArray();
            Array.ForEach(threads, thread => thread.Start());
            Array.ForEach(threads, thread => thread.Join());

            using var winner = Assert.Single(made, run => run is not null);
            Assert.All(errors.Where(e => e is not null), e => Assert.IsType<InputException>(e));
            Assert.Equal(["checkpoint", "lock", "manifest.json", "recipe.json", "space.json"], Directory.EnumerateFileSystemEntries(path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
            Assert.False(Directory.Exists(path + WholeFile.TemporarySuffix));
            Assert.Throws<InputException>(() => RunFolder.Open(path));
        }
    }

    [Fact]
    public void A_folder_being_made_is_refused_and_left_alone()
    {
        Directory.CreateDirectory(folder.At("run.partial"));
        File.WriteAllText(folder.At("run.partial", "recipe.json"), "{");
        using (new FileStream(folder.At("run.partial", "lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None))
        {
            var e = Assert.Throws<InputException>(() => RunFolder.Create(folder.At("run"), TrainingRuns.File, TrainingRuns.Data));
            Assert.StartsWith($"run folder '{folder.At("run")}' cannot be made: ", e.Message, StringComparison.Ordinal);
            Assert.Equal("{", File.ReadAllText(folder.At("run.partial", "recipe.json")));
        }

        RunFolder.Create(folder.At("run"), TrainingRuns.File, TrainingRuns.Data).Dispose();
        Assert.False(Directory.Exists(folder.At("run.partial")));
    }
}
