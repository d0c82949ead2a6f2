using System.Collections.Immutable;
using PriorNas.Files;
using PriorNas.Torch.Recipes;

namespace PriorNas.Torch.Ablations;

/// <summary>
/// The recipes of an ablation: one recipe, the product of the values of some of its keys, and single variants. The recipe as it is comes first,
/// as the baseline; a point of the grid that is the same recipe, or differs from another only in keys without effect, is not trained twice.
/// </summary>
public sealed class AblationGrid
{
    private const string BaselineName = "baseline";

    private readonly string path;
    private readonly string text;
    private readonly ImmutableArray<string> settings;

    /// <param name="path">Of the recipe.</param>
    /// <param name="text">The recipe as it was read: a later change of the file must not reach the trainings that are still to come.</param>
    /// <param name="settings">Changes that all share.</param>
    /// <param name="arms">The recipes.</param>
    /// <param name="notes">What is not trained, and why.</param>
    private AblationGrid(string path, string text, ImmutableArray<string> settings, ImmutableArray<AblationArm> arms, ImmutableArray<string> notes)
    {
        this.path = path;
        this.text = text;
        this.settings = settings;
        Arms = arms;
        Notes = notes;
    }

    /// <summary>The baseline, then the others in the order of the grid, the last key varying fastest.</summary>
    public ImmutableArray<AblationArm> Arms { get; }

    /// <summary>For each recipe that differs from another only in keys without effect, which one is trained for both; in sentences.</summary>
    public ImmutableArray<string> Notes { get; }

    /// <summary>Reads what is to be varied; every recipe is checked.</summary>
    /// <param name="recipe">The recipe file.</param>
    /// <param name="settings">Changes that all share, each <c>key=value</c>.</param>
    /// <param name="varied">Each <c>key=value,value</c>; a value may be JSON.</param>
    /// <param name="variants">Each <c>NAME: key=value; key=value</c>.</param>
    /// <exception cref="InputException">The recipe, a value or a form cannot be used.</exception>
    public static AblationGrid Open(string recipe, IReadOnlyList<string> settings, IReadOnlyList<string> varied, IReadOnlyList<string> variants)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(varied);
        ArgumentNullException.ThrowIfNull(variants);
        var text = StrictJson.ReadText(recipe, "recipe");
        var grid = new AblationGrid(recipe, text, [.. settings], [new AblationArm(BaselineName, [], IsBaseline: true)], []);
        var known = new Dictionary<string, AblationArm> { [grid.EffectOf(grid.Arms[0])] = grid.Arms[0] };
        var arms = grid.Arms.ToBuilder();
        var notes = ImmutableArray.CreateBuilder<string>();
        foreach (var arm in Product([.. varied.Select(ReadVaried)]).Concat(variants.Select(ReadVariant)))
        {
            if (arm.Settings.Any(setting => setting.StartsWith("seed=", StringComparison.Ordinal)))
                throw new InputException($"'{arm.Name}' sets the seed; each recipe has the same seeds, and --seeds says how many.");
            if (arms.Any(other => string.Equals(other.FolderName, arm.FolderName, StringComparison.OrdinalIgnoreCase) && other.Name != arm.Name))
                throw new InputException($"'{arm.Name}' would have the same folder as another recipe of the ablation, '{arm.FolderName}'; give it another name.");
            if (arms.Any(other => other.Name == arm.Name))
                throw new InputException($"two recipes of the ablation are named '{arm.Name}'; give each --vary key and each --variant once, under a name of its own.");
            var effect = grid.EffectOf(arm);
            if (known.TryAdd(effect, arm))
                arms.Add(arm);
            else if (grid.Resolved(known[effect]) != grid.Resolved(arm))
                notes.Add($"'{arm.Name}' differs from {(known[effect].IsBaseline ? "the baseline" : $"'{known[effect].Name}'")} only in keys without effect there, and is not trained again.");
            else if (!known[effect].IsBaseline)
                throw new InputException($"'{arm.Name}' and '{known[effect].Name}' are the same recipe; leave one of them out.");
            else
                arms[0] = arms[0] with { Name = arms[0].Name == BaselineName ? $"{BaselineName}: {arm.Name}" : arms[0].Name };
        }

        return arms.Count > 1
            ? new AblationGrid(recipe, text, grid.settings, arms.DrainToImmutable(), notes.DrainToImmutable())
            : throw new InputException($"there is nothing to compare: give --vary KEY=VALUE,VALUE or --variant \"NAME: KEY=VALUE\" with a value that the recipe has not.{string.Concat(notes.Select(note => $" {note}"))}");
    }

    /// <summary>The recipe of an arm, with a seed.</summary>
    /// <exception cref="InputException">It cannot be used.</exception>
    public RecipeFile RecipeOf(AblationArm arm, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(arm);
        return Read(arm, [FormattableString.Invariant($"seed={seed}")]);
    }

    /// <summary>The first seed: the recipe's own.</summary>
    public ulong FirstSeed => Read(Arms[0], []).Recipe.Seed;

    private RecipeFile Read(AblationArm arm, string[] more)
    {
        try
        {
            return RecipeFile.Read(text, $"recipe '{path}'", [.. settings, .. arm.Settings, .. more], Path.GetDirectoryName(path));
        }
        catch (InputException e) when (!arm.Settings.IsEmpty)
        {
            throw new InputException($"{arm.Name}: {e.Message}", e);
        }
    }

    private string Resolved(AblationArm arm) => Identify(Read(arm, []), recipe => recipe);

    private string EffectOf(AblationArm arm) => Identify(Read(arm, []), EffectiveRecipe.Of);

    private static string Identify(RecipeFile file, Func<Recipe, Recipe> form) => StrictJson.Write(form(file.Recipe) with { Space = "" }) + file.Space.Hash;

    private static IEnumerable<AblationArm> Product(ImmutableArray<(string Key, ImmutableArray<string> Values)> varied)
    {
        if (varied.IsEmpty)
            return [];
        IEnumerable<ImmutableArray<string>> points = [[]];
        foreach (var (key, values) in varied)
            points = points.SelectMany(point => values.Select(value => point.Add($"{key}={value}"))).ToArray();
        return points.Select(point => new AblationArm(string.Join(", ", point), point, IsBaseline: false));
    }

    private static (string Key, ImmutableArray<string> Values) ReadVaried(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var values = equals < 1 ? [] : Split(text[(equals + 1)..]);
        return values.Length > 0 && values.All(value => value.Length > 0)
            ? (text[..equals], values)
            : throw new InputException($"--vary '{text}' must have the form KEY=VALUE,VALUE, for example rank.prior=flops,zen.");
    }

    private static AblationArm ReadVariant(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        ImmutableArray<string> settings = colon < 1 ? [] : [.. text[(colon + 1)..].Split(';', StringSplitOptions.TrimEntries)];
        var name = colon < 1 ? "" : text[..colon].Trim();
        return name.Length > 0 && settings.All(setting => setting.IndexOf('=', StringComparison.Ordinal) > 0)
            ? new AblationArm(name, settings, IsBaseline: false)
            : throw new InputException($"--variant '{text}' must have the form \"NAME: KEY=VALUE; KEY=VALUE\", for example \"uniform: sampling.sandwich=false\".");
    }

    /// <summary>The parts between commas that stand outside brackets, braces and quotation marks.</summary>
    private static ImmutableArray<string> Split(string text)
    {
        var parts = ImmutableArray.CreateBuilder<string>();
        var (depth, quoted, start) = (0, false, 0);
        for (var i = 0; i < text.Length; i++)
        {
            quoted ^= text[i] == '"' && (i == 0 || text[i - 1] != '\\');
            depth += quoted ? 0 : text[i] is '[' or '{' ? 1 : text[i] is ']' or '}' ? -1 : 0;
            if (text[i] != ',' || quoted || depth > 0)
                continue;
            parts.Add(text[start..i].Trim());
            start = i + 1;
        }

        parts.Add(text[start..].Trim());
        return parts.DrainToImmutable();
    }
}
