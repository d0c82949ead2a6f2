using PriorNas.Files;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Ablations;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Runs;
using PriorNas.Torch.Tests.Training;
using PriorNas.Torch.Training;

namespace PriorNas.Torch.Tests.Ablations;

public sealed class AblationTest : IDisposable
{
    private const string LastTraining = "ablation/rank.pairs=0/seed5";
    private readonly TemporaryFolder temporary = new();

    public AblationTest() => File.WriteAllText(temporary.At("recipe.json"), TrainingRuns.Text);

    public void Dispose() => temporary.Dispose();

    [Theory]
    [InlineData("another recipe", "was made by another recipe")]
    [InlineData("damaged checkpoint", "is damaged or no safetensors file")]
    [InlineData("no manifest", "is not a run folder")]
    public void A_training_that_cannot_be_used_is_found_before_the_first_one(string fault, string message)
    {
        var ablation = Ablation();
        var recipe = RecipeFile.Read(TrainingRuns.Text, "recipe 'test'", ["seed=5", fault == "another recipe" ? "rank.pairs=1" : "rank.pairs=0"]);
        temporary.MakeFolder("ablation/rank.pairs=0");
        if (fault == "no manifest")
            temporary.MakeFolder(LastTraining);
        else
            RunFolder.Create(temporary.At(LastTraining), recipe, TrainingRuns.Data).Dispose();
        if (fault == "damaged checkpoint")
            File.WriteAllText(RunFolder.CheckpointPathIn(temporary.At(LastTraining)), "damaged");
        var e = Assert.Throws<InputException>(() => ablation.RequireUsable(ablation.Runs(2), TestContext.Current.CancellationToken));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        Assert.Contains(LastTraining, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_that_changed_since_a_training_began_are_found_before_the_first_one()
    {
        var source = temporary.At("source");
        Save(source, seed: 4);
        var file = RecipeFile.Read(TrainingRuns.Text, "recipe 'test'", ["seed=5", "rank.pairs=0"]);
        temporary.MakeFolder("ablation/rank.pairs=0");
        SupernetRun.Start(temporary.At(LastTraining), file, TrainingRuns.Data, source, TestContext.Current.CancellationToken).Dispose();
        var same = Ablation(source);
        same.RequireUsable(same.Runs(2), TestContext.Current.CancellationToken);
        Save(source, seed: 6);
        var other = Ablation(source);
        var e = Assert.Throws<InputException>(() => other.RequireUsable(other.Runs(2), TestContext.Current.CancellationToken));
        Assert.Contains($"started with '{source}' (sha256 ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Waiting_for_other_processes_is_told_once_and_may_be_cancelled()
    {
        using var source = new CancellationTokenSource();
        using var first = FileLock.TryTake(temporary.At("ablation/baseline/seed4.lock"));
        using var second = FileLock.TryTake(temporary.At("ablation/rank.pairs=0/seed4.lock"));
        var ablation = Ablation();
        var observer = new WaitObserver(source);
        Assert.Null(ablation.Train(ablation.Runs(1), observer, source.Token));
        Assert.Equal(["baseline, seed 4", "rank.pairs=0, seed 4"], Assert.Single(observer.Waits).Select(run => run.ToString()));
    }

    private Ablation Ablation(string? warmStart = null) => new(
        temporary.At("ablation"),
        AblationGrid.Open(temporary.At("recipe.json"), [], ["rank.pairs=0"], []),
        space => [new ListedArchitecture("largest", space.Largest.Code, space.Largest)],
        dataFolder: null)
    {
        WarmStart = warmStart,
    };

    private static void Save(string path, ulong seed)
    {
        using var trainer = new SupernetTrainer(TrainingRuns.File.Recipe with { Seed = seed }, TrainingRuns.File.Space, TrainingRuns.Data.Images, path);
        trainer.SaveTo(path);
    }

    /// <summary>Cancels some time after the first wait.</summary>
    private sealed class WaitObserver(CancellationTokenSource source) : AblationObserver
    {
        internal List<IReadOnlyList<AblationRun>> Waits { get; } = [];

        public override TrainingObserver OnTraining(AblationRun run) => throw new InvalidOperationException("Others have all trainings.");

        public override void OnEnded(AblationProgress progress) => throw new InvalidOperationException("Others have all trainings.");

        public override void OnWaiting(IReadOnlyList<AblationRun> others)
        {
            Waits.Add(others);
            source.CancelAfter(TimeSpan.FromSeconds(2.5));
        }
    }
}
