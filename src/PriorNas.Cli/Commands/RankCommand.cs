using System.CommandLine;
using System.Globalization;
using PriorNas.Cli.Display;
using PriorNas.Files;
using PriorNas.Ranking;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Evaluation;
using PriorNas.Torch.Runs;
using PriorNas.Torch.Training;

namespace PriorNas.Cli.Commands;

/// <summary><c>rank RUN</c>: scores of a list of architectures inside the supernet of a run.</summary>
internal static class RankCommand
{
    internal const string LastCheckpoint = "last";
    private const int DefaultFirstImages = 500;

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
        var precision = Precision();
        var score = ScoreOption.Create(", accuracy with --top");
        var shard = Shard();
        var top = Options.WholeNumber("--top", 1, int.MaxValue, "Find the best K only: rounds on growing parts of the validation images, in which those whose place relative to the best K is decided take no further part.");
        var confidence = Confidence();
        var first = Options.WholeNumber("--first-images", 1, int.MaxValue, "With --top: validation images of the first round, doubled in each; 500 by default.");
        var fineTuning = FineTuning();
        var fineTuneRate = FineTuneRate();
        var threads = Options.Threads();
        var command = new Command("rank", "Rank architectures by their scores inside a trained supernet.")
        {
            run, data, list, output, calibration, images, checkpoint, precision, score, shard, top, confidence, first, fineTuning, fineTuneRate, threads, RankMergeCommand.Create(terminal),
        };
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
                var part = parsed.GetValue(shard);
                if (part is null)
                    ScoreTable.RequireWritable(parsed.GetValue(output)!, architectures.Select(a => a.Name));
                DiskSpace.OfMachine.RequireForRanking(folder, parsed.GetValue(output)!, architectures);
                Options.UseThreads(parsed.GetValue(threads) ?? folder.Manifest.Machine.Threads);
                var rounds = parsed.GetValue(top) is { } best ? new RoundsMethod(best, parsed.GetValue(confidence), parsed.GetValue(first) ?? DefaultFirstImages) : null;
                if (rounds is null && (parsed.GetValue(first) is not null || parsed.GetResult(confidence) is { Implicit: false }))
                    throw new InputException("--first-images and --confidence are of rounds; give --top K as well, or leave them out.");
                if (part is not null && parsed.GetValue(output)!.EndsWith(".csv", StringComparison.OrdinalIgnoreCase))
                    throw new InputException($"--output '{parsed.GetValue(output)}' is named as CSV, but a shard file is JSON; choose another name, and let 'rank merge' write CSV.");
                if (rounds is not null && part is not null)
                    throw new InputException("--top compares all architectures with each other, and --shard takes a part of them; leave one out.");
                if (rounds is not null && parsed.GetValue(score) is not (null or ScoreKind.Accuracy))
                    throw new InputException("--top decides by intervals of accuracies, so it ranks by no other score; leave --score out or give --score accuracy, or leave out --top.");
                var tuning = FineTuningOf(folder, parsed.GetValue(fineTuning), parsed.GetValue(fineTuneRate), rounds, parsed.GetValue(precision));
                var kind = parsed.GetValue(score) ?? (rounds is null ? ScoreOption.Default : ScoreKind.Accuracy);
                var method = new RankingMethod(options, parsed.GetValue(checkpoint)!, parsed.GetValue(precision), part, rounds) { Score = kind, FineTuning = tuning };
                if (Rank(folder, parsed.GetValue(data), architectures, method, terminal, cancellation) is not var (outcome, provenance))
                    return ExitCode.Interrupted;
                Write(parsed.GetValue(output)!, architectures, method, outcome, provenance);
                RankingDisplay.Summarize(outcome, kind, terminal.Output);
                var count = outcome.Results.Count(result => result is not null);
                terminal.Output.WriteLine($"{count} architectures ranked{(part is null ? "" : $", shard {part}")}: {parsed.GetValue(output)}");
                return ExitCode.Done;
            },
            CancellationToken.None));
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
        using var ranking = new SupernetRanking(folder, data, method.Options, method.Checkpoint, method.Precision, method.Rounds?.FirstImages, method.FineTuning, cancellation);
        if (Run(ranking, list, method, terminal, cancellation) is { } outcome
            && (ranking.Precision != EvaluationPrecision.BFloat16 || method.Rounds is not null || CompareWithFloat32(folder, data, list, method, outcome, terminal, cancellation)))
            return (outcome, ranking.Provenance);
        terminal.Output.WriteLine("Interrupted; what was measured is kept. The same command goes on.");
        return null;
    }

    private static RankingOutcome? Run(SupernetRanking ranking, IReadOnlyList<ListedArchitecture> list, RankingMethod method, Terminal terminal, CancellationToken cancellation) => method.Rounds is { } rounds
        ? RankingDisplay.Show(terminal, progress => ranking.RunRounds(
            list, rounds.Top, rounds.Confidence, round => terminal.WriteLine(RankingDisplay.Describe(round)), progress, cancellation))
        : RankingDisplay.Show(terminal, progress => ranking.Run(list, method.Part, progress, cancellation));

    private static void Write(string output, IReadOnlyList<ListedArchitecture> list, RankingMethod method, RankingOutcome outcome, RankingProvenance provenance)
    {
        if (method.Part is { } part)
        {
            RankingShard.Of(part, list, provenance, outcome.Results).Write(output);
            return;
        }

        var rows = list.Zip(outcome.Results, (entry, result) => (entry.Name, entry.Code, result!.Value)).ToArray();
        var table = method.Rounds is null ? RankingTable.Of(rows, method.Score) : RankingTable.OfRounds(rows, outcome);
        table.Write(output);
    }

    /// <summary>Says how 16 bits changed the order of some of the list's architectures, evenly spread.</summary>
    /// <returns>False if interrupted.</returns>
    private static bool CompareWithFloat32(
        RunFolder folder, RunData data, IReadOnlyList<ListedArchitecture> list, RankingMethod method, RankingOutcome outcome, Terminal terminal, CancellationToken cancellation)
    {
        const int Most = 100;
        var ranked = list.Zip(outcome.Results, (Entry, Result) => (Entry, Result)).Where(row => row.Result is not null).ToArray();
        var count = Math.Min(Most, ranked.Length);
        var sample = Enumerable.Range(0, count).Select(i => ranked[(int)((long)i * ranked.Length / count)]).ToArray();
        using var ranking = new SupernetRanking(folder, data, method.Options, method.Checkpoint, EvaluationPrecision.Float32, cancellation: cancellation);
        if (ranking.Run([.. sample.Select(row => row.Entry)], _ => { }, cancellation) is not { } results)
            return false;
        if (sample.Length > 1)
        {
            EvaluationResult[] rough = [.. sample.Select(row => row.Result!.Value)];
            var tau = RankCorrelation.KendallTauB([.. rough.Select(result => result.Score(method.Score))], [.. results.Select(result => result.Score(method.Score))]);
            var change = rough.Zip(results, (r, f) => Math.Abs(r.Top1 - f.Top1)).Max();
            terminal.Output.WriteLine(FormattableString.Invariant(
                $"Against float32 on {sample.Length} of them: Kendall tau-b {tau:F4}, largest change of an accuracy {100 * change:F2} points."));
        }

        return true;
    }

    private static Option<int?> FineTuning() => Options.WholeNumber(
        "--fine-tune", 1, 1_000_000, "Train each subnet on for so many steps, from the supernet's weights, before it is measured: a better order for more time.");

    private static Option<double?> FineTuneRate() => new("--fine-tune-rate")
    {
        Description = "With --fine-tune: peak of the learning rate for the reference batch size; a fifth of the recipe's optimizer.learningRate by default.",
        HelpName = "RATE",
        CustomParser = result => double.TryParse(result.Tokens.Single().Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value is > 0 and <= 1e6
            ? value
            : Options.Refuse<double>(result, "--fine-tune-rate", "a number above 0, to 1000000") ?? default,
    };

    private static FineTuneOptions? FineTuningOf(RunFolder folder, int? steps, double? rate, RoundsMethod? rounds, EvaluationPrecision precision)
    {
        const double PartOfRate = 5;
        if (steps is null && rate is not null)
            throw new InputException("--fine-tune-rate is of fine-tuning; give --fine-tune STEPS as well, or leave it out.");
        if (steps is not { } count)
            return null;
        if (rounds is not null)
            throw new InputException("--top decides by the supernet's weights alone; leave --top or --fine-tune out.");
        if (precision == EvaluationPrecision.BFloat16)
            throw new InputException("--fine-tune measures in float32; leave --precision bfloat16 out.");
        return new FineTuneOptions { Steps = count, LearningRate = rate ?? folder.Recipe.Optimizer.LearningRate / PartOfRate };
    }

    private static Option<EvaluationPrecision> Precision() => new("--precision")
    {
        Description = "Arithmetic: float32 in the fastest forms, exact for the bits of one network after another, or bfloat16; float32 by default.",
        HelpName = "float32|exact|bfloat16",
        CustomParser = result => result.Tokens.Single().Value switch
        {
            "float32" => EvaluationPrecision.Float32,
            "exact" => EvaluationPrecision.Exact,
            "bfloat16" => EvaluationPrecision.BFloat16,
            _ => Options.Refuse<EvaluationPrecision>(result, "--precision", "float32, exact or bfloat16") ?? default,
        },
    };

    private static Option<double> Confidence() => new("--confidence")
    {
        Description = "With --top: confidence of each accuracy's interval by which places are decided, above 0.5 and below 1.",
        HelpName = "P",
        DefaultValueFactory = _ => 0.95,
        CustomParser = result => double.TryParse(result.Tokens.Single().Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value is > 0.5 and < 1
            ? value
            : Options.Refuse<double>(result, "--confidence", "a number above 0.5 and below 1") ?? default,
    };

    private static Option<ListPart?> Shard() => new("--shard")
    {
        Description = "Rank one of n parts of the list, of equal cost, and write a shard file; 'rank merge' joins them.",
        HelpName = "I/N",
        CustomParser = result => ListPart.TryParse(result.Tokens.Single().Value) ?? Options.Refuse<ListPart>(result, "--shard", "i/n with 1 <= i <= n"),
    };
}
