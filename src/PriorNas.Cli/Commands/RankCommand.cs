using System.Collections.Immutable;
using System.CommandLine;
using PriorNas.Cli.Arguments;
using PriorNas.Cli.Display;
using PriorNas.Priors;
using PriorNas.Ranking;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Evaluation;
using PriorNas.Torch.Rankings;
using PriorNas.Torch.Runs;

namespace PriorNas.Cli.Commands;

/// <summary><c>rank RUN</c>: scores of a list of architectures inside the supernet of a run.</summary>
internal static class RankCommand
{
    internal static Command Create(Terminal terminal)
    {
        var options = new RankArguments();
        var command = new Command("rank", "Rank architectures by their scores inside a trained supernet.");
        options.AddTo(command);
        command.Add(RankMergeCommand.Create(terminal));
        command.SetAction((parsed, cancellation) =>
            Task.Run(() => Rank(options.Read(parsed), terminal, cancellation), CancellationToken.None));
        return command;
    }

    /// <summary>Ranks a list; what an earlier run of it measured is taken from the run's database.</summary>
    /// <returns>Null if interrupted.</returns>
    internal static (RankingOutcome Outcome, RankingProvenance Provenance)? Rank(
        RunFolder folder, string? dataFolder, IReadOnlyList<ListedArchitecture> list, RankingMethod method, Terminal terminal, CancellationToken cancellation)
    {
        folder.FindCheckpoint(method.Checkpoint);
        var data = RunData.Open(folder.Recipe, folder.Space, dataFolder ?? folder.Manifest.DataFolder, cancellation);
        Options.WriteSkipped(data, terminal);
        using var ranking = new SupernetRanking(
            folder, data, method.Options, method.Checkpoint, method.Precision, method.Rounds?.FirstImages, method.FineTuning, cancellation)
        {
            Jobs = method.Jobs,
        };
        var outcome = Run(ranking, list, method, terminal, cancellation);
        var compares = ranking.Precision == EvaluationPrecision.BFloat16 && method.Rounds is null;
        if (outcome is not null && (!compares || CompareWithFloat32(folder, data, list, method, outcome, terminal, cancellation)))
            return (outcome, ranking.Provenance);
        terminal.Output.WriteLine("Interrupted; what was measured is kept. The same command continues.");
        return null;
    }

    private static int Rank(RankSettings settings, Terminal terminal, CancellationToken cancellation)
    {
        settings.RequireCompatible();
        Options.RequireFolderOf(settings.Output);
        using var folder = RunFolder.Open(settings.Run);
        var list = ArchitectureList.ReadFile(settings.List, folder.Space);
        var method = settings.MethodOf(folder);
        var smoothing = RankSmoothing.Of(settings, list, folder.Recipe.Seed);
        var prior = PriorJoin.Open(settings.Join, list, folder.Space);
        if (method.Part is null)
            ScoreTable.RequireWritable(settings.Output, list.Select(entry => entry.Name));
        DiskSpace.OfMachine.RequireForRanking(folder, settings.Output, list);
        Options.UseThreads(settings.Threads ?? Math.Max(1, folder.Manifest.Machine.Threads / method.Jobs));
        if (Rank(folder, settings.DataFolder, smoothing?.Measured ?? list, method, terminal, cancellation) is not var (outcome, provenance))
            return ExitCode.Interrupted;
        RankingDisplay.Summarize(outcome, method.Score, terminal.Output);
        Write(settings.Output, list, method, smoothing, prior, outcome, provenance, terminal.Output);
        var ranked = smoothing is null ? outcome.Results.Count(result => result is not null) : list.Length;
        var part = method.Part is { } shard ? $", shard {shard}" : "";
        terminal.Output.WriteLine($"{ranked} architectures ranked{part}: {settings.Output}");
        return ExitCode.Done;
    }

    private static RankingOutcome? Run(
        SupernetRanking ranking, IReadOnlyList<ListedArchitecture> list, RankingMethod method, Terminal terminal, CancellationToken cancellation) =>
        method.Rounds is { } rounds
            ? RankingDisplay.Show(terminal, progress => ranking.RunRounds(
                list, rounds.Top, rounds.Confidence, round => terminal.WriteLine(RankingDisplay.Describe(round)), progress, cancellation))
            : RankingDisplay.Show(terminal, progress => ranking.Run(list, method.Part, progress, cancellation));

    private static void Write(
        string output,
        ImmutableArray<ListedArchitecture> list,
        RankingMethod method,
        RankSmoothing? smoothing,
        CompositePrior? prior,
        RankingOutcome outcome,
        RankingProvenance provenance,
        TextWriter summary)
    {
        if (method.Part is { } part)
        {
            RankingShard.Of(part, list, provenance, outcome.Results).Write(output);
            return;
        }

        EvaluationResult[] results = [.. outcome.Results.Select(result => result!.Value)];
        var table = smoothing?.TableOf(results, method.Score, summary);
        if (table is null)
        {
            var rows = list.Zip(results, (entry, result) => (entry.Name, entry.Code, result)).ToArray();
            table = method.Rounds is null ? RankingTable.Of(rows, method.Score) : RankingTable.OfRounds(rows, outcome);
        }

        PriorJoin.Apply(prior, table, list, summary).Write(output);
    }

    /// <summary>Says how 16 bits changed the order of some of the list's architectures, evenly spread.</summary>
    /// <returns>False if interrupted.</returns>
    private static bool CompareWithFloat32(
        RunFolder folder,
        RunData data,
        IReadOnlyList<ListedArchitecture> list,
        RankingMethod method,
        RankingOutcome outcome,
        Terminal terminal,
        CancellationToken cancellation)
    {
        const int MaxShown = 100;
        var ranked = list.Zip(outcome.Results, (Entry, Result) => (Entry, Result)).Where(row => row.Result is not null).ToArray();
        var count = Math.Min(MaxShown, ranked.Length);
        var sample = Enumerable.Range(0, count).Select(i => ranked[(int)((long)i * ranked.Length / count)]).ToArray();
        using var ranking = new SupernetRanking(
            folder, data, method.Options, method.Checkpoint, EvaluationPrecision.Float32, cancellation: cancellation);
        if (ranking.Run([.. sample.Select(row => row.Entry)], _ => { }, cancellation) is not { } results)
            return false;
        if (sample.Length > 1)
        {
            EvaluationResult[] rough = [.. sample.Select(row => row.Result!.Value)];
            var tau = RankCorrelation.KendallTauB(
                [.. rough.Select(result => result.Score(method.Score))], [.. results.Select(result => result.Score(method.Score))]);
            var change = rough.Zip(results, (r, f) => Math.Abs(r.Top1 - f.Top1)).Max();
            terminal.Output.WriteLine(FormattableString.Invariant(
                $"Against float32 on {sample.Length} of them: Kendall tau-b {tau:F4}, largest change of an accuracy {100 * change:F2} points."));
        }

        return true;
    }
}
