using System.CommandLine;
using PriorNas.Cli.Display;
using PriorNas.Ranking;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Evaluation;
using PriorNas.Torch.Runs;

namespace PriorNas.Cli.Commands;

/// <summary><c>rank RUN</c>: accuracies of a list of architectures inside the supernet of a run.</summary>
internal static class RankCommand
{
    internal const string LastCheckpoint = "last";

    internal static Command Create(Terminal terminal)
    {
        var run = new Argument<string>("RUN") { Description = "Run folder of a trained supernet." };
        Options.RefuseOptionAs(run);
        var data = Options.Data();
        var list = Options.Architectures();
        list.Required = true;
        var output = Options.Output();
        output.Required = true;
        var calibration = Options.WholeNumber("--calibration-images", 0, int.MaxValue, "Training images for BN recalibration; 0 uses the running statistics; the recipe's by default.");
        var images = Options.WholeNumber("--validation-images", 0, int.MaxValue, "Validation images, a fixed subset; 0 for all; the recipe's by default.");
        var checkpoint = Options.Checkpoint();
        var threads = Options.Threads();
        var command = new Command("rank", "Rank architectures by their accuracy inside a trained supernet.") { run, data, list, output, calibration, images, checkpoint, threads };
        command.SetAction((parsed, cancellation) => Task.Run(
            () =>
            {
                Options.RequireFolderOf(parsed.GetValue(output)!);
                using var folder = RunFolder.Open(parsed.GetValue(run)!);
                var architectures = ArchitectureList.ReadFile(parsed.GetValue(list)!, folder.Space);
                var options = folder.Recipe.Evaluation with
                {
                    CalibrationImages = parsed.GetValue(calibration) ?? folder.Recipe.Evaluation.CalibrationImages,
                    ValidationImages = parsed.GetValue(images) ?? folder.Recipe.Evaluation.ValidationImages,
                };
                options.Validate("rank", folder.Space.ImageSize);
                ScoreTable.RequireWritable(parsed.GetValue(output)!, architectures.Select(a => a.Name));
                DiskSpace.OfMachine.RequireForRanking(folder, parsed.GetValue(output)!, architectures);
                Options.UseThreads(parsed.GetValue(threads) ?? folder.Manifest.Machine.Threads);
                var results = Rank(folder, parsed.GetValue(data), architectures, options, parsed.GetValue(checkpoint)!, terminal, cancellation);
                if (results is null)
                    return ExitCode.Interrupted;
                Tabulate(architectures, results).Write(parsed.GetValue(output)!);
                terminal.Output.WriteLine($"{architectures.Length} architectures ranked: {parsed.GetValue(output)}");
                return ExitCode.Done;
            },
            CancellationToken.None));
        return command;
    }

    /// <summary>Ranks a list; what an earlier run of it measured is taken from the run's database.</summary>
    /// <returns>Null if interrupted.</returns>
    internal static IReadOnlyList<EvaluationResult>? Rank(
        RunFolder folder, string? dataFolder, IReadOnlyList<ListedArchitecture> list, EvaluationOptions options, string checkpoint, Terminal terminal, CancellationToken cancellation)
    {
        folder.FindCheckpoint(checkpoint);
        var data = RunData.Open(folder.Recipe, folder.Space, dataFolder ?? folder.Manifest.DataFolder, cancellation);
        Options.WriteSkipped(data, terminal);
        using var ranking = new SupernetRanking(folder, data, options, checkpoint, cancellation);
        var results = RankingDisplay.Show(terminal, progress => ranking.Run(list, progress, cancellation));
        if (results is null)
            terminal.Output.WriteLine("Interrupted; what was measured is kept. The same command goes on.");
        return results;
    }

    private static ScoreTable Tabulate(IReadOnlyList<ListedArchitecture> list, IReadOnlyList<EvaluationResult> results)
    {
        var table = new ScoreTable("acc", "acc_top5");
        foreach (var (entry, result) in list.Zip(results))
            table.Add(entry.Name, entry.Code, result.Top1, result.Top5);
        return table;
    }
}
