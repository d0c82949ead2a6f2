using System.Collections.Immutable;
using System.CommandLine;
using PriorNas.Cli.Arguments;
using PriorNas.Cli.Display;
using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.Ranking;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Priors;

namespace PriorNas.Cli.Commands;

/// <summary><c>prior zen</c>: the Zen-score by sampling, in one or several variants, beside its closed form.</summary>
internal static class PriorZenCommand
{
    internal static Command Create(Terminal terminal)
    {
        var space = Options.Space();
        var list = Options.Architectures();
        var architecture = Options.Architecture();
        var sample = Options.WholeNumber("--sample", 2, 1_000_000, "This many random architectures of the space's domain.");
        var batchSizes = ListOf("--batch-size", "Images of a batch.", "N,...", "16");
        var repeats = ListOf("--repeats", "Random networks for each score.", "N,...", "4");
        var shortcuts = ListOf("--shortcuts", "'removed' estimates the prior zen, 'kept' zen-residual.", "NAMES", "removed");
        var variances = ListOf("--variance", "Of the batch norms: 'batch', or 'running' as the published solution reads it.", "NAMES", "batch");
        var imageSize = Options.WholeNumber("--image-size", 8, 1024, "Height and width of the images in pixels; the space's by default.");
        var seed = Options.Seed("Seed of weights and images, and of --sample; 1 by default.");
        var threads = Options.WholeNumber("--threads", 1, 1024, "Threads of the tensor library; the number of cores by default.");
        var truth = Options.Truth();
        var output = Options.Output();
        var json = Options.Json();
        var command = new Command("zen", "Sample the Zen-score with random networks and images, and compare it with its closed form. Lists, separated by commas, give a row for each combination.")
        {
            space, list, architecture, sample, batchSizes, repeats, shortcuts, variances, imageSize, seed, threads, truth, output, json,
        };
        command.SetAction((parsed, cancellation) => Task.Run(
            () =>
            {
                var opened = SearchSpace.Open(parsed.GetValue(space)!).With(parsed.GetValue(imageSize), classes: null);
                var variants = ZenVariants.Read(opened, parsed.GetValue(batchSizes)!, parsed.GetValue(repeats)!, parsed.GetValue(shortcuts)!, parsed.GetValue(variances)!);
                var (listPath, code, target, truthFile) = (parsed.GetValue(list), parsed.GetValue(architecture), parsed.GetValue(output), parsed.GetValue(truth));
                var random = new RandomStream(parsed.GetValue(seed) ?? 1);
                var architectures = Choose(opened, listPath, code, parsed.GetValue(sample), random.Split("sample"));
                if (target is not null && code is not null)
                    throw new InputException("--output goes with --architectures and --sample; one architecture's scores are printed.");
                if (target is not null)
                {
                    Options.RequireFolderOf(target);
                    ScoreTable.RequireWritable(target, architectures.Select(a => a.Name));
                }

                if (truthFile is not null && listPath is null)
                    throw new InputException("--truth goes with --architectures, whose names it must hold.");
                var accuracies = truthFile is null ? null : ScoreArgument.Open(truthFile).ValuesOf([.. architectures.Select(a => a.Name)]);
                Options.UseThreads(parsed.GetValue(threads));

                var quiet = code is not null || parsed.GetValue(json);
                var study = ZenDisplay.Progress(
                    quiet ? null : terminal, architectures.Length * variants.Length, scored => ZenStudy.Run(architectures, variants, random.Split("zen"), scored, cancellation));
                var scored = study.Architectures.Length;
                if (target is not null)
                    study.Scores().Write(target);
                var compared = accuracies is null ? [] : study.Compare(accuracies[..scored], random.Split("intervals"));
                if (parsed.GetValue(json))
                    terminal.Output.WriteLine(ZenDisplay.Json(opened, parsed.GetValue(seed) ?? 1, study, compared).ToJsonString(StrictJson.Options));
                else if (code is not null)
                    ZenDisplay.WriteOne(study, terminal.Output);
                else
                    ZenDisplay.WriteTable(study, compared, terminal.Output);
                if (scored == architectures.Length)
                    return ExitCode.Done;
                terminal.Error.WriteLine($"error: interrupted after {scored} of {architectures.Length} architectures, which are what is shown.");
                return ExitCode.Interrupted;
            },
            CancellationToken.None));
        return command;
    }

    private static Option<string> ListOf(string name, string description, string helpName, string value) =>
        new(name) { Description = description, HelpName = helpName, DefaultValueFactory = _ => value };

    private static ImmutableArray<ListedArchitecture> Choose(SearchSpace space, string? listPath, string? code, int? sample, RandomStream random)
    {
        if ((listPath is null ? 0 : 1) + (code is null ? 0 : 1) + (sample is null ? 0 : 1) != 1)
            throw new InputException("give one of --architectures LIST, --architecture CODE and --sample N.");
        if (code is not null)
            return [new ListedArchitecture("architecture", code, space.Parse(code))];
        if (sample is { } count)
        {
            var drawn = Enumerable.Range(0, count).Select(i => UniformSampler.Draw(space, random.Split(i)));
            return [.. drawn.Select((a, i) => new ListedArchitecture($"arch{i + 1}", a.Code, a))];
        }

        var list = ArchitectureList.ReadFile(listPath!, space);
        return list.Length > 1 ? list : throw new InputException($"architecture list '{listPath}' has 1 entry, at least 2 are needed to compare; give --architecture CODE for one.");
    }
}
