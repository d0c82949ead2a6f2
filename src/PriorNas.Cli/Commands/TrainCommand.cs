using System.CommandLine;
using PriorNas.Cli.Arguments;
using PriorNas.Cli.Display;
using PriorNas.Files;
using PriorNas.Torch.Native;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Runs;
using PriorNas.Torch.Training;

namespace PriorNas.Cli.Commands;

/// <summary><c>train RECIPE</c>: trains a supernet in a new run folder, or continues with one.</summary>
internal static class TrainCommand
{
    internal static Command Create(Terminal terminal)
    {
        var recipe = new Argument<string?>("RECIPE") { Description = "Recipe file (JSON).", Arity = ArgumentArity.ZeroOrOne };
        Options.RefuseOptionAs(recipe);
        var data = Options.Data();
        var run = new Option<string?>("--run") { Description = "Folder of the new run.", HelpName = "DIR" };
        var warmStart = WarmStart();
        var resume = new Option<string?>("--resume") { Description = "Continue with the run in this folder.", HelpName = "DIR" };
        var settings = Options.Settings();
        var seed = Options.Seed("Seed of the run, as --set seed=N.");
        var truth = new TruthWatching.Set();
        var explain = new Option<bool>("--explain") { Description = "Show every value of the recipe and where it comes from; train nothing." };
        var accept = new Option<bool>("--accept-differences") { Description = "Resume although machine, library or data differ from the run's." };
        var threads = Options.Threads();
        var command = new Command("train", "Train a supernet by a recipe.") { recipe, data, run, warmStart, resume, settings, seed, explain, accept, threads };
        truth.AddTo(command);
        command.SetAction((parsed, cancellation) => Task.Run(
            () =>
            {
                var changes = parsed.GetValue(seed) is { } number ? [.. parsed.GetValue(settings)!, $"seed={number}"] : parsed.GetValue(settings)!;
                var watching = truth.Of(parsed);
                if (parsed.GetValue(resume) is { } folder)
                {
                    if (parsed.GetValue(recipe) is not null || parsed.GetValue(run) is not null || parsed.GetValue(warmStart) is not null || changes.Length > 0 || parsed.GetValue(explain))
                        throw new InputException("--resume continues by the recipe and the weights in the run folder; leave out RECIPE, --run, --warm-start, --set, --seed and --explain.");
                    return Resume(folder, parsed.GetValue(data), parsed.GetValue(threads), parsed.GetValue(accept), watching, terminal, cancellation);
                }

                if (parsed.GetValue(accept))
                    throw new InputException("--accept-differences has a meaning only with --resume; leave it out.");
                var file = RecipeFile.Open(parsed.GetValue(recipe) ?? throw new InputException("give a RECIPE to train by, or --resume DIR."), changes);
                if (parsed.GetValue(explain))
                    return Explain(file, terminal);
                var target = parsed.GetValue(run) ?? throw new InputException("give --run DIR, the folder for the new run.");
                var ended = Start(file, parsed.GetValue(data), target, parsed.GetValue(warmStart), parsed.GetValue(threads), terminal, cancellation, watching);
                return ended ? ExitCode.Done : ExitCode.Interrupted;
            },
            CancellationToken.None));
        return command;
    }

    internal static Option<string?> WarmStart() => new("--warm-start")
    {
        Description = "Start with trained weights: a run folder, a checkpoint, or a network as safetensors or .pdparams.",
        HelpName = "SOURCE",
    };

    /// <summary>Trains in a new run folder.</summary>
    /// <returns>False if interrupted.</returns>
    internal static bool Start(
        RecipeFile file, string? dataFolder, string target, string? warmStart, int? threads, Terminal terminal, CancellationToken cancellation, TruthWatching? watching = null)
    {
        RunFolder.RequireAbsent(target);
        file.Recipe.Pretrained.RequireFit(warmStart);
        var truth = watching?.Open(file.Space);
        var weights = warmStart is null ? null : RunFolder.CheckpointOf(warmStart);
        Options.UseThreads(threads);
        ExternalTeacher.Require(file.Recipe.Distillation, file.Space);
        var data = RunData.Open(file.Recipe, file.Space, dataFolder, cancellation);
        data.DecodeTraining(cancellation);

        using var run = SupernetRun.Start(target, file, data, weights, cancellation, truth);
        if (run.Trainer.WarmStart is { } start)
            terminal.Output.WriteLine(start);
        return Train(run, watching, terminal, cancellation);
    }

    private static int Resume(
        string path, string? dataFolder, int? threads, bool acceptDifferences, TruthWatching? watching, Terminal terminal, CancellationToken cancellation)
    {
        using var folder = RunFolder.Open(path);
        folder.HasCheckpoint();
        var truth = watching?.Open(folder.Space);
        if (truth is not null)
            folder.RequireTruth(truth.Source);
        Options.UseThreads(threads ?? folder.Manifest.Machine.Threads);
        ExternalTeacher.Require(folder.Recipe.Distillation, folder.Space);
        var data = RunData.Open(folder.Recipe, folder.Space, dataFolder ?? folder.Manifest.DataFolder, cancellation);
        if (!acceptDifferences)
            folder.RequireSame(Machine.Current, data);
        data.DecodeTraining(cancellation);
        using var run = SupernetRun.Resume(folder, data, cancellation, truth);
        return Train(run, watching, terminal, cancellation) ? ExitCode.Done : ExitCode.Interrupted;
    }

    private static bool Train(SupernetRun run, TruthWatching? watching, Terminal terminal, CancellationToken cancellation)
    {
        var (folder, data, trainer) = (run.Folder, run.Data, run.Trainer);
        terminal.Output.WriteLine($"{folder.Space.Name}, seed {folder.Recipe.Seed}, {data.Images.Train.Count:N0} training images, {TorchThreads.Count} threads; run folder {folder.Location}");
        Options.WriteSkipped(data, terminal);
        var ended = TrainingDisplay.Show(terminal, display => run.Train(display, cancellation));
        terminal.Output.WriteLine(ended
            ? $"Done after {trainer.Step:N0} steps: {folder.CheckpointPath}"
            : $"Interrupted after {trainer.Step:N0} steps, which are saved. Resume by: train --resume {folder.Location}{watching?.Text}");
        return ended;
    }

    private static int Explain(RecipeFile file, Terminal terminal)
    {
        var values = file.Explain();
        var (key, value) = (values.Max(v => v.Key.Length), values.Max(v => v.Value.Length));
        foreach (var line in values)
            terminal.Output.WriteLine($"{line.Key.PadRight(key)}  {line.Value.PadRight(value)}  {line.Origin}");
        return ExitCode.Done;
    }
}
