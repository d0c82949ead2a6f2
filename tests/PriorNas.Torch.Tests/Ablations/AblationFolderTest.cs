using PriorNas.Files;
using PriorNas.Torch.Ablations;
using PriorNas.Torch.Checkpoints;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Runs;
using PriorNas.Torch.Tests.Training;

namespace PriorNas.Torch.Tests.Ablations;

public sealed class AblationFolderTest : IDisposable
{
    private static readonly Machine Other = Machine.Current with { Threads = 77 };
    private readonly TemporaryFolder temporary = new();

    public void Dispose() => temporary.Dispose();

    [Fact]
    public void A_training_by_another_machine_images_or_teacher_is_refused()
    {
        var folder = Create();
        RequireSame(folder);
        Assert.Equal(
            $"training '{folder.Location}' was made with threads {Machine.Current.Threads}, now 77; data {TrainingRuns.Data.Fingerprint}, now others. "
            + "A table would mix them; restore what differs, give another --run, or --accept-differences.",
            Assert.Throws<InputException>(() => folder.RequireSame(Other, "others")).Message);
        File.WriteAllText(temporary.At("teacher"), "another");
        Assert.Contains(" was made with teacher ", Assert.Throws<InputException>(() => RequireSame(folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_outcome_by_another_machine_or_images_than_the_training_began_with_is_refused()
    {
        var folder = Create();
        var outcome = new AblationOutcome { ListSha256 = "", Accuracies = [] };
        folder.Keep(outcome);
        RequireSame(folder);
        folder.Keep(outcome with { Machine = Other });
        Assert.Contains($" was made with threads 77, now {Machine.Current.Threads}. ", Assert.Throws<InputException>(() => RequireSame(folder)).Message, StringComparison.Ordinal);
        folder.Keep(outcome with { DataFingerprint = "others" });
        Assert.Contains($" was made with data others, now {TrainingRuns.Data.Fingerprint}. ", Assert.Throws<InputException>(() => RequireSame(folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_training_with_other_weights_is_refused_wherever_they_lay()
    {
        using (var trainer = TrainingRuns.Trainer(RunFolder.CheckpointPathIn(temporary.At("run"))))
        {
            trainer.SaveTo(temporary.At("source"));
            trainer.StartFrom(temporary.At("source"));
            RunFolder.Create(temporary.At("run"), TrainingRuns.File, TrainingRuns.Data, trainer: trainer).Dispose();
        }

        var folder = new AblationFolder(temporary.At("run"), TrainingRuns.File);
        var hash = WarmStartSource.Open(temporary.At("source")).Sha256;
        folder.RequireSameStart("moved", hash);
        var other = new string('0', 64);
        Assert.Equal(
            $"training '{folder.Location}' started with '{temporary.At("source")}' (sha256 {hash[..12]}), not with 'moved' (sha256 000000000000); give the same --warm-start, or another --run.",
            Assert.Throws<InputException>(() => folder.RequireSameStart("moved", other)).Message);
        Assert.Contains(", not with random weights; ", Assert.Throws<InputException>(() => folder.RequireSameStart(null, null)).Message, StringComparison.Ordinal);
    }

    private AblationFolder Create()
    {
        File.WriteAllText(temporary.At("teacher"), "one");
        var file = RecipeFile.Read(TrainingRuns.Text, "recipe 'test'", ["distillation.teacher=external", $"distillation.network={temporary.At("teacher")}"]);
        RunFolder.Create(temporary.At("run"), file, TrainingRuns.Data).Dispose();
        return new AblationFolder(temporary.At("run"), file);
    }

    private static void RequireSame(AblationFolder folder) => folder.RequireSame(Machine.Current, TrainingRuns.Data.Fingerprint);
}
