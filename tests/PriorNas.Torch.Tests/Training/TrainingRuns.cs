using PriorNas.Torch.Recipes;
using PriorNas.Torch.Runs;
using PriorNas.Torch.Training;

namespace PriorNas.Torch.Tests.Training;

/// <summary>A recipe of a few steps, and its images, made once.</summary>
internal static class TrainingRuns
{
    internal const string Text = """
        {
          "space": "tiny", "epochs": 2, "seed": 4,
          "data": { "source": "synthetic", "syntheticTrainImages": 96, "syntheticValidationImages": 32, "batchSize": 32, "padding": 2 },
          "network": { "outerActivation": "prelu" },
          "rank": { "pairs": 1 },
          "optimizer": { "learningRate": 0.1, "weightDecay": 0.0005, "warmUpSteps": 2 },
          "evaluation": { "calibrationImages": 32 },
          "checkpoint": { "seconds": 0 }
        }
        """;

    internal static RecipeFile File { get; } = RecipeFile.Read(Text, "recipe 'test'", []);

    internal static RunData Data { get; } = RunData.Open(File.Recipe, File.Space, null);

    internal static SupernetTrainer Trainer(string checkpoint) => new(File.Recipe, File.Space, Data.Images, checkpoint);

    /// <summary>Cancels after a number of steps.</summary>
    internal sealed class StopAfter(long steps, CancellationTokenSource source) : TrainingObserver
    {
        public List<StepReport> Reports { get; } = [];

        public override void OnStep(StepReport report)
        {
            Reports.Add(report);
            if (report.Step == steps)
                source.Cancel();
        }
    }
}
