using PriorNas.Files;
using PriorNas.Torch.Interchange;
using PriorNas.Torch.Tests.Training;

namespace PriorNas.Torch.Tests.Issues;

/// <summary>
/// A checkpoint written by another program, intact by its checksum, whose step was missing or no number gave the exceptions of look-up and
/// parsing; one from beyond the last step was taken for an interrupted run.
/// </summary>
public sealed class CheckpointStepTest : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("three")]
    [InlineData("-1")]
    [InlineData("99999999999999999999")]
    public void A_step_that_is_no_number_is_refused(string? step) => Assert.Equal(
        $"checkpoint '{folder.At("c")}' has the step '{step}', a whole number of 0 or more must stand in its metadata; use an intact copy.", Resume(step));

    [Fact]
    public void A_step_beyond_the_recipe_is_refused()
    {
        Assert.Equal($"checkpoint '{folder.At("c")}' is of step 7, but the recipe has 6 steps; restore the run's recipe and images, or its checkpoint.", Resume("7"));
        Assert.Null(Resume("6"));
    }

    /// <returns>The error, or null.</returns>
    private string? Resume(string? step)
    {
        using var trainer = TrainingRuns.Trainer(folder.At("c"));
        Assert.False(trainer.Run(new TrainingRuns.StopAfter(0, new CancellationTokenSource()), new CancellationToken(canceled: true)));
        var file = SafeTensorsFile.Read(folder.At("c"));
        var metadata = file.Metadata.ToDictionary();
        metadata.Remove("step");
        if (step is not null)
            metadata["step"] = step;
        SafeTensorsFile.Write(folder.At("c"), file.Tensors, metadata);
        return Record.Exception(trainer.Resume) is { } e ? Assert.IsType<InputException>(e).Message : null;
    }
}
