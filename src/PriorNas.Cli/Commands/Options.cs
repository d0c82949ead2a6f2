using System.CommandLine;
using PriorNas.Files;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Native;
using PriorNas.Torch.Runs;

namespace PriorNas.Cli.Commands;

/// <summary>Options that several commands have, made alike.</summary>
internal static class Options
{
    internal static Option<string?> Data() => new("--data")
    {
        Description = "Data folder: DIR/train/CLASS/*.png|jpg and DIR/val/CLASS/..., or the files of CIFAR-10, CIFAR-100 or MNIST.",
        HelpName = "DIR",
    };

    internal static Option<int?> Threads() => new("--threads")
    {
        Description = "Threads of the tensor library; the run's own by default, for a new run the number of cores.",
        HelpName = "N",
    };

    internal static Option<string> Space() => new("--space")
    {
        Description = $"Search space: {string.Join(", ", SearchSpace.EmbeddedNames)}, or a space file.",
        HelpName = "SPACE",
        Required = true,
    };

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
    /// <exception cref="InputException">It is not between 1 and 1024.</exception>
    internal static void UseThreads(int? threads)
    {
        if (threads is < 1 or > 1024)
            throw new InputException($"--threads is {threads}, allowed are 1 to 1024.");
        if (threads is { } count)
            TorchThreads.Use(count);
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
