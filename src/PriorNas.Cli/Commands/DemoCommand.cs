using System.CommandLine;
using System.Reflection;
using PriorNas.Files;
using PriorNas.Priors;
using PriorNas.Randomness;
using PriorNas.Ranking;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Data;
using PriorNas.Torch.Evaluation;
using PriorNas.Torch.Runs;
using PriorNas.Torch.Training;

namespace PriorNas.Cli.Commands;

/// <summary><c>demo</c>: the whole job on the embedded images: train, rank, compare.</summary>
internal static class DemoCommand
{
    private const int Architectures = 40;
    private const int ShownAtEachEnd = 5;

    /// <summary>A space may hold fewer networks than are wanted: drawing ends after so many for each.</summary>
    private const int DrawsPerArchitecture = 100;

    internal static Command Create(Terminal terminal)
    {
        var run = new Option<string?>("--run") { Description = "Folder of the new run; the first unused runs/demo-N by default.", HelpName = "DIR" };
        var settings = Options.Settings();
        var threads = Options.Threads();
        var command = new Command("demo", "Train a tiny supernet on embedded images, rank architectures by it, compare with the priors; a minute or two.") { run, settings, threads };
        command.SetAction((parsed, cancellation) => Task.Run(
            () => Run(parsed.GetValue(run) ?? UnusedFolder(), parsed.GetValue(settings)!, parsed.GetValue(threads), terminal, cancellation),
            CancellationToken.None));
        return command;
    }

    /// <summary>The text of <c>recipes/demo.json</c>.</summary>
    internal static string ReadRecipe()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("recipes/demo.json")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static int Run(string target, string[] settings, int? threads, Terminal terminal, CancellationToken cancellation)
    {
        var recipe = RecipeFile.Read(ReadRecipe(), "recipe 'demo'", settings);
        if (recipe.Recipe.Data.Source != DataSource.Synthetic)
            throw new InputException("the demo trains on its embedded images: leave out --set data.source; for images of your own use 'train RECIPE --data DIR --run DIR', then 'rank'.");
        var list = Draw(recipe.Space, recipe.Recipe.Seed);
        RunFolder.RequireAbsent(target);
        terminal.Output.WriteLine($"1. Training a supernet of space '{recipe.Space.Name}': {SpaceSize.OfDomain(recipe.Space).Networks:N0} networks in one set of weights.");
        if (!TrainCommand.Start(recipe, null, target, threads, terminal, cancellation))
            return ExitCode.Interrupted;

        terminal.Output.WriteLine();
        terminal.Output.WriteLine($"2. Ranking {list.Count} random architectures by their accuracy inside the supernet.");
        using var folder = RunFolder.Open(target);
        if (RankCommand.Rank(folder, null, list, folder.Recipe.Evaluation, terminal, cancellation) is not { } results)
            return ExitCode.Interrupted;
        WriteAccuracies(list, results, terminal.Output);

        terminal.Output.WriteLine();
        terminal.Output.WriteLine("3. How far each prior, which needs no training, agrees with the supernet's ranking.");
        WriteAgreement(list, results, terminal.Output);
        terminal.Output.WriteLine();
        terminal.Output.WriteLine($"Everything is in {target}: recipe, weights, results, and TensorBoard events (tensorboard --logdir {target}).");
        return ExitCode.Done;
    }

    private static string UnusedFolder()
    {
        var number = 1;
        string folder;
        do
        {
            folder = Path.Combine("runs", $"demo-{number++}");
        }
        while (Directory.Exists(folder));
        return folder;
    }

    private static List<ListedArchitecture> Draw(SearchSpace space, ulong seed)
    {
        var random = new RandomStream(seed).Split("demo");
        var drawn = new List<ListedArchitecture>();
        var seen = new HashSet<Architecture>();
        for (var draws = 0; draws < DrawsPerArchitecture * Architectures && drawn.Count < Architectures; draws++)
        {
            var architecture = UniformSampler.Draw(space, random).Canonical();
            if (seen.Add(architecture))
                drawn.Add(new ListedArchitecture($"arch{drawn.Count + 1}", architecture.Code, architecture));
        }

        return drawn.Count > 1 ? drawn : throw new InputException($"space '{space.Name}' has a single network: there is nothing to rank.");
    }

    private static void WriteAccuracies(List<ListedArchitecture> list, IReadOnlyList<EvaluationResult> results, TextWriter output)
    {
        var flops = Prior.Named("flops");
        var ordered = list.Zip(results).OrderByDescending(pair => pair.Second.Top1).ToArray();
        output.WriteLine("   place  architecture            top-1  million multiply-adds");
        for (var i = 0; i < ordered.Length; i++)
        {
            if (i == ShownAtEachEnd)
                output.WriteLine("     ...");
            if (i < ShownAtEachEnd || i >= ordered.Length - ShownAtEachEnd)
                output.WriteLine(FormattableString.Invariant($"{i + 1,8}  {ordered[i].First.Code}  {100 * ordered[i].Second.Top1,5:F1} %  {flops.Score(ordered[i].First.Architecture) / 1e6,6:F2}"));
        }
    }

    private static void WriteAgreement(List<ListedArchitecture> list, IReadOnlyList<EvaluationResult> results, TextWriter output)
    {
        var accuracies = results.Select(r => r.Top1).ToArray();
        output.WriteLine("   prior           Pearson  Spearman  Kendall tau-b");
        foreach (var prior in Prior.All)
        {
            var report = RankReport.Of(list.Select(a => prior.Score(a.Architecture)).ToArray(), accuracies);
            output.WriteLine(FormattableString.Invariant($"   {prior.Name,-14}  {report.Pearson,7:F3}  {report.Spearman,8:F3}  {report.KendallTau,13:F3}"));
        }
    }
}
