using PriorNas.Files;
using PriorNas.Torch.Data;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Runs;

namespace PriorNas.Torch.Ablations;

/// <summary>
/// The images of an ablation's recipes. Recipes that ask for the same ones share them; of recipes that ask for others the last one's are held,
/// since decoded images fill the memory.
/// </summary>
/// <param name="folder">The images, or null for the embedded ones.</param>
internal sealed class AblationData(string? folder)
{
    private readonly Dictionary<string, string> fingerprints = [];
    private string? heldKey;
    private RunData? held;

    /// <summary>The images of a recipe, decoded; earlier ones are released where they are others.</summary>
    /// <exception cref="InputException">They cannot be read or do not fit.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    internal RunData Of(RecipeFile file, CancellationToken cancellation)
    {
        var key = KeyOf(file);
        if (held is not null && key == heldKey)
            return held;

        // Before others are read, so that there are never two sets of them.
        held = null;
        var data = RunData.Open(file.Recipe, file.Space, folder, cancellation);
        data.DecodeTraining(cancellation);
        (heldKey, held) = (key, data);
        fingerprints[key] = data.Fingerprint;
        return data;
    }

    /// <summary>Identifies the images of a recipe; they are read only where they never were.</summary>
    /// <exception cref="InputException">As for <see cref="Of"/>.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    internal string FingerprintOf(RecipeFile file, CancellationToken cancellation) =>
        fingerprints.TryGetValue(KeyOf(file), out var known) ? known : Of(file, cancellation).Fingerprint;

    /// <summary>What decides which images there are, and whether they fit; how they are cropped and normalised does not.</summary>
    private static string KeyOf(RecipeFile file)
    {
        var plain = new DataOptions();
        var reading = file.Recipe.Data with
        {
            Augmentation = plain.Augmentation,
            Resolutions = plain.Resolutions,
            Padding = plain.Padding,
            Flip = plain.Flip,
            ValidationResize = plain.ValidationResize,
            Mean = plain.Mean,
            Std = plain.Std,
            Workers = plain.Workers,
        };
        return StrictJson.Write(reading) + FormattableString.Invariant($"{file.Space.ImageSize} {file.Space.Classes}");
    }
}
