using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using PriorNas.Cli.Arguments;
using PriorNas.Cli.Display.Ablations;
using PriorNas.Files;
using PriorNas.Ranking;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Ablations;
using PriorNas.Torch.Runs;

namespace PriorNas.Cli.Commands;

/// <summary><c>ablate RECIPE</c>: trains supernets by many recipes and compares how well they rank.</summary>
internal static class AblateCommand
{
    /// <summary>A plan looks at so many seeds of each recipe, unless others are asked for.</summary>
    private const int MaxPlanned = 100;

    internal static Command Create(Terminal terminal)
    {
        var recipe = new Argument<string>("RECIPE") { Description = "Recipe file (JSON): the baseline." };
        Options.RefuseOptionAs(recipe);
        var vary = new Option<string[]>("--vary") { Description = "Values of a key of the recipe, for example rank.prior=flops,zen; repeated, the product of all.", HelpName = "KEY=VALUE,VALUE", DefaultValueFactory = _ => [] };
        var variants = new Option<string[]>("--variant") { Description = "One more recipe by several changes, for example \"uniform: sampling.nets=2; rank.pairs=0\"; may be repeated.", HelpName = "NAME:KEY=VALUE;...", DefaultValueFactory = _ => [] };
        var seeds = Options.WholeNumber("--seeds", 1, 1000, "Train each recipe with so many seeds, from the recipe's upwards; 3 by default.");
        var truth = Options.Truth();
        truth.Required = true;
        truth.Description += " Its architectures (under 'arch') are ranked by each supernet.";
        var data = Options.Data();
        var run = new Option<string>("--run") { Description = "Folder of the ablation: a run folder for each training, ablation.md and ablation.json; the same command continues with an existing one, and several at once share the work.", HelpName = "DIR", Required = true };
        var warmStart = TrainCommand.WarmStart();
        var settings = Options.Settings();
        var score = ScoreOption.Create();
        var accept = new Option<bool>("--accept-differences") { Description = "Continue although machine, library or data differ from a training's." };
        var plan = new Option<double?>("--plan")
        {
            Description = "Train nothing: say how many seeds it takes, by the spread of those that are there, to know each difference in tau-b to the baseline to so much at 95 %.",
            HelpName = "WIDTH",
            CustomParser = result => double.TryParse(result.Tokens.Single().Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value is > 0 and <= 2
                ? value
                : Options.Refuse<double>(result, "--plan", "a number above 0, to 2"),
        };
        var threads = Options.Threads();
        var command = new Command("ablate", "Train supernets by a grid of recipes, several seeds each, and compare how well they rank.") { recipe, vary, variants, seeds, truth, score, data, run, warmStart, settings, accept, plan, threads };
        command.SetAction((parsed, cancellation) => Task.Run(
            () =>
            {
                var grid = AblationGrid.Open(parsed.GetValue(recipe)!, parsed.GetValue(settings)!, parsed.GetValue(vary)!, parsed.GetValue(variants)!);
                var ofTruth = Truth.Open(parsed.GetValue(truth)!, grid);
                var ablation = new Ablation(parsed.GetValue(run)!, grid, space => ofTruth.ListFor(space), parsed.GetValue(data))
                {
                    WarmStart = parsed.GetValue(warmStart) is { } source ? RunFolder.CheckpointOf(source) : null,
                    AcceptsDifferences = parsed.GetValue(accept),
                };
                Options.UseThreads(parsed.GetValue(threads));
                var kind = parsed.GetValue(score) ?? ScoreOption.Default;
                if (parsed.GetValue(plan) is { } width)
                {
                    var known = ablation.Outcomes(ablation.Runs(parsed.GetValue(seeds) ?? MaxPlanned), cancellation);
                    AblationPlanDisplay.Write(AblationTable.Of(grid.Arms, ofTruth.Description, ofTruth.Values, known, kind), width, terminal.Output);
                    return ExitCode.Done;
                }

                var lines = new AblationLines(terminal.Output, ofTruth.Values, kind);
                if (Train(ablation, grid, parsed.GetValue(seeds) ?? 3, ofTruth, lines, terminal.Output, cancellation) is not { } outcomes)
                {
                    terminal.Output.WriteLine("Interrupted; what was trained is kept. The same command continues.");
                    return ExitCode.Interrupted;
                }

                var table = AblationTable.Of(grid.Arms, ofTruth.Description, ofTruth.Values, outcomes, kind) with { Notes = grid.Notes };
                Report(table, parsed.GetValue(run)!, terminal.Output, cancellation);
                return ExitCode.Done;
            },
            CancellationToken.None));
        return command;
    }

    private static IReadOnlyDictionary<AblationRun, AblationOutcome>? Train(
        Ablation ablation, AblationGrid grid, int seeds, Truth truth, AblationLines lines, TextWriter output, CancellationToken cancellation)
    {
        var runs = ablation.Runs(seeds);
        ablation.RequireUsable(runs, cancellation);
        foreach (var note in grid.Notes)
            output.WriteLine(note);
        output.WriteLine(FormattableString.Invariant($"{runs.Count} trainings: {runs.Count / seeds} recipes, {seeds} {(seeds == 1 ? "seed" : "seeds")} each; {truth.Values.Length} architectures, {truth.Description}"));
        return ablation.Train(runs, lines, cancellation);
    }

    private static void Report(AblationTable table, string folder, TextWriter output, CancellationToken cancellation)
    {
        output.WriteLine();
        AblationDisplay.Write(table, output);

        // Processes that shared the work end together, and write the same.
        using var turn = Ablation.TakeTurn(folder, () => output.WriteLine("Waiting for another process, which writes the reports."), cancellation);
        var (markdown, json) = (Path.Combine(folder, "ablation.md"), Path.Combine(folder, "ablation.json"));
        WholeFile.WriteText(markdown, AblationDisplay.Markdown(table));
        WholeFile.WriteText(json, StrictJson.Write(AblationJson.Of(table)));
        output.WriteLine();
        output.WriteLine($"Also in {markdown} and {json}.");
    }

    /// <summary>True accuracies, and the architectures that have them.</summary>
    private sealed record Truth(string Path, string Description, double[] Values)
    {
        private readonly Dictionary<string, ImmutableArray<ListedArchitecture>> lists = [];

        internal static Truth Open(string argument, AblationGrid grid)
        {
            var (path, key) = ScoreArgument.Split(argument);
            var scores = ScoreFile.Read(path, key);
            scores.RequireSameNames(scores);
            var list = ArchitectureList.ReadFile(path, grid.RecipeOf(grid.Arms[0], grid.FirstSeed).Space);
            return new Truth(path, $"truth {scores.Description}", scores.ValuesOf([.. list.Select(entry => entry.Name)]));
        }

        /// <summary>The architectures, as those of a space; recipes may differ in image size.</summary>
        internal ImmutableArray<ListedArchitecture> ListFor(SearchSpace space)
        {
            if (!lists.TryGetValue(space.Hash, out var list))
                lists.Add(space.Hash, list = ArchitectureList.ReadFile(Path, space));
            return list;
        }
    }
}
