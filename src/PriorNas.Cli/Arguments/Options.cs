using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using PriorNas.Files;
using PriorNas.Priors;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Native;
using PriorNas.Torch.Priors;
using PriorNas.Torch.Runs;

namespace PriorNas.Cli.Arguments;

/// <summary>Options that several commands have, made alike.</summary>
internal static class Options
{
    private const int MaxThreads = 1024;

    internal static Option<string?> Data() => new("--data")
    {
        Description = "Data folder: DIR/train/CLASS/*.png|jpg and DIR/val/CLASS/..., or the files of CIFAR-10, CIFAR-100 or MNIST.",
        HelpName = "DIR",
    };

    internal static Option<int?> Threads() =>
        WholeNumber("--threads", 1, MaxThreads, "Threads of the tensor library; the run's own by default, for a new run the number of cores.");

    /// <summary>A whole number in a range, both ends included; a value outside is refused with the range.</summary>
    internal static Option<int?> WholeNumber(string name, int least, int most, string description) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => int.TryParse(Given(result), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : Refuse<int>(result, name, most == int.MaxValue ? $"a whole number, {least} or more" : $"a whole number from {least} to {most}"),
    };

    internal static Option<ulong?> Seed(string description) => new("--seed")
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => ulong.TryParse(Given(result), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : Refuse<ulong>(result, "--seed", $"a whole number from 0 to {ulong.MaxValue}"),
    };

    internal static Option<string> Space() => new("--space")
    {
        Description = $"Search space: {string.Join(", ", SearchSpace.EmbeddedNames)}, or a space file.",
        HelpName = "SPACE",
        Required = true,
    };

    internal static Argument<string> SpaceArgument()
    {
        var space = new Argument<string>("SPACE") { Description = $"Search space: {string.Join(", ", SearchSpace.EmbeddedNames)}, or a space file." };
        RefuseOptionAs(space);
        return space;
    }

    internal static Option<string?> Architecture() => new("--architecture")
    {
        Description = "One architecture, by its code.",
        HelpName = "CODE",
    };

    internal static Option<bool> Json() => new("--json") { Description = "Print the answer as JSON." };

    internal static Option<string?> Architectures() => new("--architectures")
    {
        Description = "Architecture list: JSON of name -> {\"arch\": code}, or CSV with the columns name and arch.",
        HelpName = "LIST",
    };

    internal static Option<string?> Output() => new("--output")
    {
        Description = "File to write, as JSON, or as CSV if its name ends in .csv.",
        HelpName = "FILE",
    };

    internal static Option<string?> Truth() => new("--truth")
    {
        Description = "True accuracies: JSON file of name -> {key: number}, or CSV file with the columns name and key; with :KEY for another key than 'acc'.",
        HelpName = "FILE[:KEY]",
    };

    internal static Option<string?> Join() => new("--join")
    {
        Description = "Standardise the scores and add a prior to them: a name or a sum such as 0.4*params, standardised as for rank.prior.",
        HelpName = "PRIOR",
    };

    internal static Option<string> Checkpoint() => new("--checkpoint")
    {
        Description = "Checkpoint of the run to measure by: last, or a kept epoch such as epoch-0003.",
        HelpName = "NAME",
        DefaultValueFactory = _ => RunFolder.LastCheckpoint,
    };

    internal static Option<string[]> Settings() => new("--set")
    {
        Description = "Change a value of the recipe, for example optimizer.learningRate=0.1; may be repeated.",
        HelpName = "KEY=VALUE",
        DefaultValueFactory = _ => [],
    };

    internal static Option<string?> Priors() => new("--prior")
    {
        Description = $"Names, separated by commas, of {string.Join(", ", PriorNames.All)}, and sums such as 0.5*flops+zen; all that need no sampling by default.",
        HelpName = "NAMES",
    };

    /// <summary>The priors of <see cref="Priors"/>.</summary>
    /// <exception cref="InputException">One is unknown, or cannot score the space.</exception>
    internal static Prior[] ParsePriors(string? names, SearchSpace space) =>
        names is null ? [.. ShapePrior.All] : [.. names.Split(',', StringSplitOptions.TrimEntries).Distinct().Select(name => PriorNames.Open(name, space))];

    /// <summary>For the resamples of the intervals.</summary>
    internal static Option<ulong?> ResamplingSeed() => Seed("Decides the resamples of the intervals; 1 by default.");

    internal static Option<string?> Top() => new("--top")
    {
        Description = "Also show overlap and regret of the predicted top K, for one or more K, separated by commas.",
        HelpName = "K,K",
    };

    /// <summary>The numbers of <see cref="Top"/>, or null where the option is not given.</summary>
    /// <param name="text">As given.</param>
    /// <param name="count">The number of architectures.</param>
    /// <exception cref="InputException">One is not between 1 and the number of architectures.</exception>
    internal static int[]? ParseTop(string? text, int count) => text?.Split(',', StringSplitOptions.TrimEntries).Select(part =>
        int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var k) && k >= 1 && k <= count
            ? k
            : throw new InputException($"--top holds '{part}', allowed are whole numbers from 1 to {count}, the number of architectures.")).Distinct().ToArray();

    /// <summary>Refuses a mistyped option that would else be taken for a file name.</summary>
    internal static void RefuseOptionAs(Argument argument) => argument.Validators.Add(result =>
    {
        foreach (var token in result.Tokens.Where(t => t.Value.StartsWith("--", StringComparison.Ordinal)))
            result.AddError($"Unrecognized option '{token.Value}'.");
    });

    /// <summary>Sets the thread count of the tensor library, if one is given.</summary>
    internal static void UseThreads(int? threads)
    {
        if (threads is { } count)
            TorchThreads.Use(count);
    }

    private static string Given(ArgumentResult result) => string.Join(' ', result.Tokens.Select(t => t.Value));

    internal static T? Refuse<T>(ArgumentResult result, string name, string allowed)
        where T : struct
    {
        result.AddError($"{name} is '{Given(result)}', allowed is {allowed}.");
        return null;
    }

    /// <summary>Finds out before the work whether the output file can be written.</summary>
    /// <exception cref="InputException">Its folder does not exist, it is a folder itself, or its name is empty.</exception>
    internal static void RequireFolderOf(string file)
    {
        if (string.IsNullOrWhiteSpace(file) || Directory.Exists(file))
            throw new InputException($"--output '{file}' cannot be written: it must be the name of a file.");
        var folder = Path.GetDirectoryName(Path.GetFullPath(file));
        if (!Directory.Exists(folder))
            throw new InputException($"--output '{file}' cannot be written: folder '{folder}' does not exist; make it first.");
    }

    /// <summary>Says how many images <c>data.skipBroken</c> left out.</summary>
    internal static void WriteSkipped(RunData data, Terminal terminal)
    {
        if (data.Skipped.Count > 0)
            terminal.Output.WriteLine($"Left out, since they cannot be decoded: {data.Skipped.Count:N0} of {data.Skipped.Count + data.Images.Train.Count + data.Images.Validation.Count:N0} images, the first: {data.Skipped[0]}");
    }
}
