using System.CommandLine;
using System.Globalization;
using PriorNas.Files;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Training;

namespace PriorNas.Cli.Arguments;

/// <summary>The options of <c>train</c> by which a supernet is compared with stand-alone accuracies while it is trained.</summary>
/// <param name="Argument">As given: a file, and which of its numbers.</param>
/// <param name="Every">Epochs from one comparison to the next; null for the default.</param>
/// <param name="Images">Validation images of a comparison; null for the default.</param>
internal sealed record TruthWatching(string Argument, int? Every, int? Images)
{
    /// <summary>As they are given again, to resume; starts with a blank.</summary>
    internal string Text => string.Concat(" --truth ", Argument, Given("--truth-every", Every), Given("--truth-images", Images));

    /// <summary>Reads the file.</summary>
    /// <exception cref="InputException">It cannot be used.</exception>
    internal TruthWatch Open(SearchSpace space)
    {
        var (path, key) = ScoreArgument.Split(Argument);
        return TruthWatch.Open(path, key, space, Every ?? 1, Images ?? TruthWatch.DefaultImages);
    }

    private static string Given(string name, int? number) => number is { } given ? string.Create(CultureInfo.InvariantCulture, $" {name} {given}") : "";

    /// <summary>The options themselves.</summary>
    internal sealed class Set
    {
        private readonly Option<string?> truth = new("--truth")
        {
            Description = "Compare the supernet with these stand-alone accuracies after epochs, without effect on the training: JSON file of name -> {\"arch\": code, key: number}, or CSV file with the columns name, arch and key; with :KEY for another key than 'acc'.",
            HelpName = "FILE[:KEY]",
        };

        private readonly Option<int?> every = Options.WholeNumber("--truth-every", 1, int.MaxValue, "Compare after every N-th epoch and after the last; 1 by default.");

        private readonly Option<int?> images = Options.WholeNumber("--truth-images", 1, int.MaxValue, "Measure by at most N validation images; 1000 by default.");

        internal void AddTo(Command command)
        {
            command.Options.Add(truth);
            command.Options.Add(every);
            command.Options.Add(images);
        }

        /// <summary>What is given of them; null for no comparison.</summary>
        /// <exception cref="InputException">The others are given without a file.</exception>
        internal TruthWatching? Of(ParseResult parsed)
        {
            if (parsed.GetValue(truth) is { } file)
                return new TruthWatching(file, parsed.GetValue(every), parsed.GetValue(images));
            foreach (var option in new[] { every, images })
            {
                if (parsed.GetValue(option) is not null)
                    throw new InputException($"{option.Name} has a meaning only with --truth; leave it out, or give --truth FILE.");
            }

            return null;
        }
    }
}
