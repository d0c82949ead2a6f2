using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using PriorNas.Files;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Native;

namespace PriorNas.Cli.Commands;

/// <summary>Options that several commands have, made alike.</summary>
internal static class Options
{
    private const int MostThreads = 1024;

    internal static Option<string?> Data() => new("--data")
    {
        Description = "Image folder: DIR/train/CLASS/*.png|jpg and DIR/val/CLASS/...",
        HelpName = "DIR",
    };

    internal static Option<int?> Threads() =>
        WholeNumber("--threads", 1, MostThreads, "Threads of the tensor library; the run's own by default, for a new run the number of cores.");

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
        Description = "Architecture list: JSON of name -> {\"arch\": code}.",
        HelpName = "LIST",
    };

    internal static Option<string?> Output() => new("--output")
    {
        Description = "File to write, as JSON.",
        HelpName = "FILE",
    };

    internal static Option<string[]> Settings() => new("--set")
    {
        Description = "Change a value of the recipe, for example optimizer.learningRate=0.1; may be repeated.",
        HelpName = "KEY=VALUE",
        DefaultValueFactory = _ => [],
    };

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

    private static T? Refuse<T>(ArgumentResult result, string name, string allowed)
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
}
