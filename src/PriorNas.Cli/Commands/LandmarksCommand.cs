using System.Collections.Immutable;
using System.CommandLine;
using PriorNas.Cli.Arguments;
using PriorNas.Cli.Display;
using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.Ranking;
using PriorNas.Ranking.Surrogates;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Runs;

namespace PriorNas.Cli.Commands;

/// <summary><c>landmarks RECIPE</c>: trains a few architectures alone, shortly, and weighs priors by them.</summary>
internal static class LandmarksCommand
{
    private const int DefaultCount = 30;
    private const int MinCount = 8;
    private const int MaxCount = 1000;
    private const int MaxEpochs = 1000;

    internal static Command Create(Terminal terminal)
    {
        var recipe = new Argument<string>("RECIPE") { Description = "Recipe file (JSON) of the supernet; of it images, network, loss, optimiser and evaluation count." };
        Options.RefuseOptionAs(recipe);
        var data = Options.Data();
        var run = new Option<string>("--run") { Description = "Folder of the landmarks; the same command continues with an existing one.", HelpName = "DIR", Required = true };
        var count = Options.WholeNumber("--count", MinCount, MaxCount, $"How many architectures; {DefaultCount} by default.");
        var epochs = Options.WholeNumber("--epochs", 1, MaxEpochs, "Epochs that each is trained for; 1 by default.");
        var jobs = Options.WholeNumber("--jobs", 1, 1024, "Networks trained at the same time, each with --threads threads; 1 by default.");
        var priors = LandmarkPriors.Option();
        var scores = LandmarkScores.Option();
        var settings = Options.Settings();
        var seed = Options.Seed("Seed of the choice and of the trainings, as --set seed=N.");
        var accept = new Option<bool>("--accept-differences") { Description = "Continue although machine, library or data differ from the run's." };
        var threads = Options.Threads();
        var command = new Command("landmarks", "Train a few architectures alone, for an epoch or two, and weigh the priors by their accuracies.")
        {
            recipe, data, run, count, epochs, jobs, priors, scores, settings, seed, accept, threads,
        };
        command.SetAction((parsed, cancellation) => Task.Run(
            () =>
            {
                var changes = parsed.GetValue(seed) is { } number ? [.. parsed.GetValue(settings)!, $"seed={number}"] : parsed.GetValue(settings)!;
                var file = RecipeFile.Open(parsed.GetValue(recipe)!, changes).ForShortTraining(parsed.GetValue(epochs) ?? 1);
                var weighed = LandmarkPriors.Open(parsed.GetValue(priors), file.Space);
                var chosen = LandmarkSampler.Draw(file.Space, parsed.GetValue(count) ?? DefaultCount, new RandomStream(file.Recipe.Seed));
                var supernet = parsed.GetValue(scores) is { } measured ? LandmarkScores.Read(measured, chosen, file.Space) : null;
                var folder = parsed.GetValue(run)!;
                var before = LandmarkCost.Read(folder);
                var work = new TrainAloneCommand.Work(
                    file, folder, [.. chosen.Select(architecture => new StandAloneNetwork(architecture, file.Recipe.Seed))], parsed.GetValue(jobs) ?? 1, KeepsWeights: false)
                {
                    Trained = progress => before.Plus(progress, file.Recipe.Epochs).Write(folder),
                };
                var results = TrainAloneCommand.Train(work, parsed.GetValue(data), parsed.GetValue(threads), parsed.GetValue(accept), terminal, cancellation);
                if (results is null)
                {
                    terminal.Output.WriteLine("Interrupted; what was trained is kept. The same command continues.");
                    return ExitCode.Interrupted;
                }

                Weigh(work, [.. work.Networks.Select(network => results[network].Top1)], [.. work.Networks.Select(network => results[network].Top5)], weighed, supernet, terminal.Output);
                return ExitCode.Done;
            },
            CancellationToken.None));
        return command;
    }

    /// <summary>Lists the landmarks, weighs the priors by them, and keeps and shows both.</summary>
    private static void Weigh(TrainAloneCommand.Work work, double[] accuracies, double[] top5, LandmarkPriors priors, double[]? supernet, TextWriter output)
    {
        ImmutableArray<Architecture> architectures = [.. work.Networks.Select(network => network.Architecture)];
        var list = new ScoreTable("acc", "acc_top5");
        foreach (var (i, architecture) in architectures.Index())
            list.Add(FormattableString.Invariant($"landmark{i + 1}"), architecture.Code, accuracies[i], top5[i]);
        list.Write(RunFolder.LandmarksPathIn(work.Run));
        string[] names = [.. supernet is null ? (string[])[] : [LandmarkScores.Name], .. priors.Names];
        double[][] scorings = [.. supernet is null ? (double[][])[] : [supernet], .. priors.Standardised(architectures)];
        var weighing = ScoreWeighing.Of(names, scorings, accuracies, new RandomStream(work.File.Recipe.Seed).Split("landmark-intervals"));
        var landmarks = new LandmarkWeighing(work.File.Space.Name, work.File.Recipe.Epochs, LandmarkCost.Read(work.Run), weighing, priors.Constant)
        {
            Join = supernet is null ? null : LandmarkScores.Join(weighing),
        };
        var path = supernet is null ? RunFolder.WeighingPathIn(work.Run) : RunFolder.JoiningPathIn(work.Run);
        WholeFile.WriteText(path, StrictJson.Write(LandmarkWeighingJson.Of(landmarks)));
        LandmarkWeighingDisplay.Write(landmarks, output);
        output.WriteLine($"Accuracies: {RunFolder.LandmarksPathIn(work.Run)}; weights: {path}");
    }
}
