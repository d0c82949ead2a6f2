using System.Collections.Immutable;
using PriorNas.Files;
using PriorNas.Ranking;
using PriorNas.SearchSpaces;

namespace PriorNas.Torch.Training;

/// <summary>Which stand-alone accuracies a run is compared with while it trains, as its manifest records them.</summary>
public sealed record TruthSource
{
    /// <summary>The name of the file, without its folder.</summary>
    public required string File { get; init; }

    /// <summary>The key of the accuracies in it.</summary>
    public required string Key { get; init; }

    /// <summary>The SHA-256 of its bytes, in hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>How many architectures it holds.</summary>
    public required int Architectures { get; init; }
}

/// <summary>
/// Architectures whose stand-alone accuracies are known, and how often a supernet in training is compared with them. The comparison is
/// reported; training takes nothing from it.
/// </summary>
public sealed class TruthWatch
{
    /// <summary>Validation images of a measurement unless others are asked for: few, since it is repeated.</summary>
    public const int DefaultImages = 1000;

    private TruthWatch(TruthSource source, ImmutableArray<ListedArchitecture> architectures, ImmutableArray<double> accuracies, int every, int images) =>
        (Source, Architectures, Accuracies, Every, Images) = (source, architectures, accuracies, every, images);

    /// <summary>The file.</summary>
    public TruthSource Source { get; }

    /// <summary>The architectures, at least 2.</summary>
    public ImmutableArray<ListedArchitecture> Architectures { get; }

    /// <summary>Their stand-alone accuracies, in the order of <see cref="Architectures"/>; not all the same.</summary>
    public ImmutableArray<double> Accuracies { get; }

    /// <summary>Epochs from one measurement to the next, at least 1; the last epoch of a run is measured in any case.</summary>
    public int Every { get; }

    /// <summary>Validation images of a measurement, at least 1; all where the run is evaluated by fewer.</summary>
    public int Images { get; }

    /// <summary>Reads a file of stand-alone accuracies.</summary>
    /// <param name="path">JSON of name -> {"arch": code, key: number}, or CSV with the columns name, arch and the key.</param>
    /// <param name="key">Of the accuracies.</param>
    /// <param name="space">The space of the codes.</param>
    /// <param name="every">See <see cref="Every"/>.</param>
    /// <param name="images">See <see cref="Images"/>.</param>
    /// <exception cref="InputException">
    /// The file is missing, is no such file, holds codes that are not of the space, fewer than 2 architectures, or one accuracy for all of them.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public static TruthWatch Open(string path, string key, SearchSpace space, int every = 1, int images = DefaultImages)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentOutOfRangeException.ThrowIfLessThan(every, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(images, 1);
        var text = StrictJson.ReadText(path, "stand-alone accuracies");
        var list = ArchitectureList.Parse(text, path, space);
        var scores = ScoreFile.Parse(text, path, key);
        scores.RequireSameNames(scores);
        var accuracies = scores.ValuesOf([.. list.Select(entry => entry.Name)]);
        if (!accuracies.AsSpan().ContainsAnyExcept(accuracies[0]))
        {
            throw new InputException(FormattableString.Invariant(
                $"{scores.Description} is {accuracies[0]} for all {accuracies.Length} architectures, so that no ranking can be compared with it; give accuracies that differ."));
        }

        var source = new TruthSource { File = Path.GetFileName(path), Key = key, Sha256 = HashOf(path), Architectures = list.Length };
        return new TruthWatch(source, list, [.. accuracies], every, images);
    }

    private static string HashOf(string path)
    {
        using var file = File.OpenRead(path);
        return Sha256Text.Of(file);
    }
}
