using System.Collections.Immutable;
using System.CommandLine;
using PriorNas.Cli.Arguments;
using PriorNas.Cli.Display;
using PriorNas.Files;
using PriorNas.Priors;
using PriorNas.Ranking;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Evaluation;
using PriorNas.Torch.Native;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Runs;
using PriorNas.Torch.Training;

namespace PriorNas.Cli.Commands;

/// <summary><c>train-alone RECIPE</c>: the true accuracies of architectures, each trained alone.</summary>
internal static class TrainAloneCommand
{
    internal static Command Create(Terminal terminal)
    {
        var recipe = new Argument<string>("RECIPE") { Description = "Recipe file (JSON); its sampling and rank loss have no meaning here." };
        Options.RefuseOptionAs(recipe);
        var data = Options.Data();
        var list = Options.Architectures();
        var architecture = Options.Architecture();
        var run = new Option<string>("--run") { Description = "Folder of the run; the same command continues with an existing one.", HelpName = "DIR", Required = true };
        var output = Options.Output();
        var seeds = Options.WholeNumber("--seeds", 1, 1000, "Train each architecture with so many seeds, from the recipe's upwards; 1 by default.");
        var jobs = Options.WholeNumber("--jobs", 1, 1024, "Networks trained at the same time, each with --threads threads; 1 by default.");
        var keep = new Option<bool>("--keep-weights") { Description = "Keep the weights of each network in RUN/networks; always on with --architecture." };
        var settings = Options.Settings();
        var accept = new Option<bool>("--accept-differences") { Description = "Continue although machine, library or data differ from the run's." };
        var threads = Options.Threads();
        var command = new Command("train-alone", "Train architectures alone, for their true accuracies.") { recipe, data, list, architecture, run, output, seeds, jobs, keep, settings, accept, threads };
        command.SetAction((parsed, cancellation) => Task.Run(
            () =>
            {
                var file = RecipeFile.Open(parsed.GetValue(recipe)!, parsed.GetValue(settings)!);
                var architectures = Listed(parsed.GetValue(list), parsed.GetValue(architecture), file.Space);
                var target = parsed.GetValue(output);
                if (target is not null)
                    Options.RequireFolderOf(target);
                ulong[] numbers = [.. Enumerable.Range(0, parsed.GetValue(seeds) ?? 1).Select(i => file.Recipe.Seed + (ulong)i)];
                var work = new Work(file, parsed.GetValue(run)!, Networks(architectures, numbers), parsed.GetValue(jobs) ?? 1, parsed.GetValue(keep) || parsed.GetValue(architecture) is not null);
                if (Train(work, parsed.GetValue(data), parsed.GetValue(threads), parsed.GetValue(accept), terminal, cancellation) is not { } results)
                {
                    terminal.Output.WriteLine("Interrupted; what was trained is kept. The same command continues.");
                    return ExitCode.Interrupted;
                }

                Report(architectures, numbers, results, target, terminal.Output);
                return ExitCode.Done;
            },
            CancellationToken.None));
        return command;
    }

    private static ImmutableArray<ListedArchitecture> Listed(string? list, string? code, SearchSpace space)
    {
        if (list is null == code is null)
            throw new InputException("give either --architectures LIST or --architecture CODE.");
        return list is null ? [new ListedArchitecture(code!, code!, space.Parse(code!))] : ArchitectureList.ReadFile(list, space);
    }

    private static StandAloneNetwork[] Networks(ImmutableArray<ListedArchitecture> list, ulong[] seeds) =>
        [.. seeds.SelectMany(seed => list.Select(entry => new StandAloneNetwork(entry.Architecture.Canonical(), seed))).Distinct()];

    /// <summary>Trains in a folder that is there, or in a new one, which is made when all else is known to be usable.</summary>
    /// <returns>Null if interrupted.</returns>
    internal static IReadOnlyDictionary<StandAloneNetwork, EvaluationResult>? Train(
        Work work, string? dataFolder, int? threads, bool acceptDifferences, Terminal terminal, CancellationToken cancellation)
    {
        using var existing = Directory.Exists(work.Run) ? RunFolder.Open(work.Run, RunKind.StandAlone, work.File) : null;
        if (existing is null)
        {
            RunFolder.RequireAbsent(work.Run);
            work.File.Recipe.Pretrained.RequireNoneAlone();
        }

        Options.UseThreads(threads ?? existing?.Manifest.Machine.Threads ?? Math.Max(1, TorchThreads.Count / work.Jobs));
        var data = RunData.Open(work.File.Recipe, work.File.Space, dataFolder, cancellation);
        if (!acceptDifferences)
            existing?.RequireSame(Machine.Current, data);
        data.DecodeTraining(cancellation);
        Options.WriteSkipped(data, terminal);
        using var validation = new StandAloneValidation(work.File.Recipe, work.File.Space.ImageSize, data.Images);
        if (existing is null)
            RequireUsable(work, work.Networks, data, validation, cancellation);
        using var created = existing is null ? RunFolder.Create(work.Run, work.File, data, RunKind.StandAlone) : null;
        using var training = new StandAloneTraining(existing ?? created!, data, validation) { Jobs = work.Jobs, KeepsWeights = work.KeepsWeights };
        if (existing is not null)
            RequireUsable(work, training.Missing(work.Networks), data, validation, cancellation);
        return Train(training, work, terminal, cancellation);
    }

    /// <summary>Finds out by the largest network what does not fit together, and whether the disk has room.</summary>
    private static void RequireUsable(Work work, IReadOnlyCollection<StandAloneNetwork> missing, RunData data, StandAloneValidation validation, CancellationToken cancellation)
    {
        if (missing.Count == 0)
            return;
        var (architecture, seed) = missing.MaxBy(network => ShapePrior.Named("params").Score(network.Architecture));
        using var trainer = new StandAloneTrainer(
            work.File.Recipe with { Seed = seed }, architecture, data.Images, RunFolder.CheckpointPathIn(work.Run), validation.Of(seed, cancellation), cancellation);
        DiskSpace.OfMachine.RequireForNetworks(work.Run, missing, work.Jobs, work.KeepsWeights, trainer);
    }

    private static IReadOnlyDictionary<StandAloneNetwork, EvaluationResult>? Train(StandAloneTraining training, Work work, Terminal terminal, CancellationToken cancellation)
    {
        if (work.Networks.Length > 1)
        {
            return training.Run(
                work.Networks,
                _ => new SilentObserver(),
                progress =>
                {
                    work.Trained(progress);
                    Show(progress, training.Jobs, terminal.Output);
                },
                cancellation);
        }

        IReadOnlyDictionary<StandAloneNetwork, EvaluationResult>? results = null;
        TrainingDisplay.Show(terminal, display => (results = training.Run(work.Networks, _ => display, work.Trained, cancellation)) is not null);
        return results;
    }

    private static void Show(StandAloneProgress progress, int jobs, TextWriter output)
    {
        var remaining = TimeSpan.FromSeconds(progress.Seconds / progress.Measured * (progress.Total - progress.Done));
        output.WriteLine(FormattableString.Invariant(
            $"{progress.Done}/{progress.Total}  {progress.Network.Architecture.Code} seed {progress.Network.Seed}  top-1 {100 * progress.Result.Top1:F2} %  {progress.Seconds * jobs / progress.Measured:F1} s a network  {TimeLeft.Text(remaining)} left"));
    }

    /// <summary>Mean accuracies over the seeds, and each seed's.</summary>
    private static void Report(
        ImmutableArray<ListedArchitecture> list, ulong[] seeds, IReadOnlyDictionary<StandAloneNetwork, EvaluationResult> results, string? target, TextWriter output)
    {
        string[] ofSeeds = seeds.Length == 1 ? [] : [.. seeds.Select(seed => FormattableString.Invariant($"acc_seed{seed}"))];
        var table = new ScoreTable(["acc", "acc_top5", .. ofSeeds]);
        foreach (var entry in list)
        {
            var measured = seeds.Select(seed => results[new StandAloneNetwork(entry.Architecture.Canonical(), seed)]).ToArray();
            var (top1, top5) = (measured.Average(r => r.Top1), measured.Average(r => r.Top5));
            table.Add(entry.Name, entry.Code, [top1, top5, .. measured.Take(ofSeeds.Length).Select(r => r.Top1)]);
            if (target is null)
                output.WriteLine(FormattableString.Invariant($"{entry.Name}  top-1 {100 * top1:F2} %  top-5 {100 * top5:F2} %"));
        }

        if (target is null)
            return;
        table.Write(target);
        output.WriteLine($"{list.Length} architectures trained alone, {seeds.Length} {(seeds.Length == 1 ? "seed" : "seeds")} each: {target}");
    }

    /// <summary>What is to be trained, and where.</summary>
    internal sealed record Work(RecipeFile File, string Run, StandAloneNetwork[] Networks, int Jobs, bool KeepsWeights)
    {
        /// <summary>Is told of each network that has just been trained.</summary>
        internal Action<StandAloneProgress> Trained { get; init; } = _ => { };
    }

    /// <summary>Many networks show one line each, when they are done.</summary>
    private sealed class SilentObserver : TrainingObserver;
}
