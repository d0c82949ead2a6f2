using System.Collections.Immutable;
using System.CommandLine;
using System.Reflection;
using System.Text.Json.Serialization;
using PriorNas.Cli.Arguments;
using PriorNas.Cli.Display;
using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.Ranking;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Data;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Runs;

namespace PriorNas.Cli.Commands;

/// <summary><c>demo</c>: the whole job on the embedded images: train, rank, compare with the truth.</summary>
internal static class DemoCommand
{
    internal static Command Create(Terminal terminal)
    {
        var run = new Option<string?>("--run") { Description = "Folder of the new run; the first unused runs/demo-N by default.", HelpName = "DIR" };
        var settings = Options.Settings();
        var seed = Options.Seed("Seed of the run, as --set seed=N.");
        var json = new Option<bool>("--json") { Description = "Print the comparison as JSON; how the run goes is then shown on standard error." };
        var threads = Options.Threads();
        var command = new Command("demo", "Train a tiny supernet on embedded images, rank architectures by it, compare with their true accuracies; about two minutes.") { run, settings, seed, json, threads };
        command.SetAction((parsed, cancellation) => Task.Run(
            () =>
            {
                var changes = parsed.GetValue(seed) is { } number ? [.. parsed.GetValue(settings)!, $"seed={number}"] : parsed.GetValue(settings)!;
                var shown = parsed.GetValue(json) ? Terminal.Of(terminal.Error, terminal.Error) : terminal;
                if (Run(parsed.GetValue(run) ?? UnusedFolder(), changes, parsed.GetValue(threads), shown, cancellation) is not { } comparison)
                    return ExitCode.Interrupted;
                if (parsed.GetValue(json))
                    terminal.Output.Write(StrictJson.Write(Answer.Of(comparison)));
                return ExitCode.Done;
            },
            CancellationToken.None));
        return command;
    }

    /// <summary>The text of a file of the repository that the program carries.</summary>
    internal static string ReadEmbedded(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static TruthComparison? Run(string target, string[] settings, int? threads, Terminal terminal, CancellationToken cancellation)
    {
        var recipe = RecipeFile.Read(ReadEmbedded("recipes/demo.json"), "recipe 'demo'", settings);
        RequireTruthFits(recipe);
        var text = ReadEmbedded("truth/tiny.json");
        var list = ArchitectureList.Read(text, recipe.Space, "truth/tiny.json");
        var (truth, first, second) = (Truth("acc"), Truth("acc_seed1"), Truth("acc_seed2"));
        RunFolder.RequireAbsent(target);
        terminal.Output.WriteLine($"1. Training a supernet of space '{recipe.Space.Name}': {SpaceSize.OfDomain(recipe.Space).Networks:N0} networks in one set of weights.");
        if (!TrainCommand.Start(recipe, null, target, null, threads, terminal, cancellation))
            return null;

        terminal.Output.WriteLine();
        terminal.Output.WriteLine($"2. Ranking {list.Length} architectures, whose true accuracies are known, by their accuracy inside the supernet.");
        using var folder = RunFolder.Open(target);
        if (RankCommand.Rank(folder, null, list, new RankingMethod(folder.Recipe.Evaluation), terminal, cancellation) is not var (outcome, _))
            return null;

        terminal.Output.WriteLine();
        terminal.Output.WriteLine("3. How far the supernet, and each prior, which needs no training, agree with the accuracies of networks trained alone.");
        var comparison = TruthComparison.Of(list, [.. outcome.Results.Select(result => result!.Value)], truth, (first, second), new RandomStream(recipe.Recipe.Seed));
        TruthComparisonDisplay.Write(comparison, terminal.Output);
        terminal.Output.WriteLine();
        terminal.Output.WriteLine($"Everything is in {target}: recipe, weights, results, and TensorBoard events (tensorboard --logdir {target}).");
        return comparison;

        double[] Truth(string key) => ScoreFile.Parse(text, "truth/tiny.json", key).ValuesOf([.. list.Select(entry => entry.Name)]);
    }

    /// <summary>
    /// The truth was measured on embedded validation images of one seed and size, in the space tiny; with others there is nothing to compare
    /// with. How many of them the demo takes is its own matter: an image does not depend on their number.
    /// </summary>
    private static void RequireTruthFits(RecipeFile recipe)
    {
        if (recipe.Recipe.Data.Source != DataSource.Synthetic)
            throw new InputException("demo works on the embedded images, because the true accuracies were measured on them; leave out --set data.source, and train on images of your own by 'train RECIPE --data DIR'.");
        if (recipe.Space.Hash != SearchSpace.Open("tiny").Hash)
            throw new InputException($"demo compares with true accuracies of space 'tiny', not of '{recipe.Space.Name}' at {recipe.Space.ImageSize} px and {recipe.Space.Classes} classes; leave out --set space, imageSize and classes, or use 'train' and 'rank'.");
        var (data, ofTruth) = (recipe.Recipe.Data, RecipeFile.Read(ReadEmbedded("recipes/tiny-alone.json"), "recipe 'tiny-alone'", []).Recipe.Data);
        var faults = new List<string>();
        if (data.SyntheticSeed != ofTruth.SyntheticSeed)
            faults.Add($"'data.syntheticSeed' is {data.SyntheticSeed}, not {ofTruth.SyntheticSeed}");
        if (data.ValidationResize != ofTruth.ValidationResize)
            faults.Add($"'data.validationResize' is {data.ValidationResize}, not {ofTruth.ValidationResize}");
        if (data.Augmentation != ofTruth.Augmentation)
            faults.Add($"'data.augmentation', which decides how validation images are resized, is not {StrictJson.KebabCase(ofTruth.Augmentation)}");
        if (faults.Count > 0)
            throw new InputException($"demo compares with accuracies that were measured on other validation images: {string.Join("; ", faults)}; leave out these --set, or use 'train' and 'rank'.");
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

    private sealed record Answer(
        string Space,
        [property: JsonPropertyName("n")] int Count,
        ImmutableArray<RankingJson> Rankings,
        RankingJson TruthSeeds,
        string BestPrior,
        DifferencesJson SupernetAheadOfBestPrior,
        ImmutableArray<TopK> SupernetTop)
    {
        internal static Answer Of(TruthComparison comparison) => new(
            comparison.Space,
            comparison.Count,
            [RankingJson.Of("supernet", comparison.Supernet), RankingJson.Of("supernet-loss", comparison.SupernetByLoss), .. comparison.Priors.Select(prior => RankingJson.Of(prior.Name, prior.Agreement))],
            RankingJson.Of(null, comparison.Seeds),
            comparison.BestPrior,
            DifferencesJson.Of(comparison.Ahead),
            comparison.SupernetTop);
    }

    private sealed record RankingJson(string? Name, EstimateJson Pearson, EstimateJson Spearman, EstimateJson Kendall)
    {
        internal static RankingJson Of(string? name, RankReport agreement) =>
            new(name, EstimateJson.Of(agreement.Pearson), EstimateJson.Of(agreement.Spearman), EstimateJson.Of(agreement.KendallTau));
    }
}
