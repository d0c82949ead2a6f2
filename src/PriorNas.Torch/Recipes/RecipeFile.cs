using System.Text.Json;
using System.Text.Json.Nodes;
using PriorNas.Files;
using PriorNas.SearchSpaces;

namespace PriorNas.Torch.Recipes;

/// <summary>A value of a resolved recipe and where it comes from.</summary>
/// <param name="Key">Path of the value, as <c>--set</c> takes it.</param>
/// <param name="Value">As JSON.</param>
/// <param name="Origin">"recipe", "--set" or "default".</param>
public sealed record RecipeValue(string Key, string Value, string Origin);

/// <summary>A recipe as read: its values, checked, and the space that it names.</summary>
public sealed class RecipeFile
{
    /// <summary>Of a setting's key; those of a recipe have one or two.</summary>
    private const int MaximalParts = 16;

    /// <summary>Of lists and objects in a setting's value; under the longest key it stays below what a JSON file may have.</summary>
    private const int MaximalDepth = 32;

    private readonly JsonObject given;
    private readonly HashSet<string> overridden;

    private RecipeFile(JsonObject given, HashSet<string> overridden, Recipe recipe, SearchSpace space)
    {
        this.given = given;
        this.overridden = overridden;
        Recipe = recipe;
        Space = space;
    }

    /// <summary>All values, defaults included.</summary>
    public Recipe Recipe { get; }

    /// <summary>The space that the recipe names.</summary>
    public SearchSpace Space { get; }

    /// <summary>Reads a recipe file and applies settings.</summary>
    /// <param name="path">The file.</param>
    /// <param name="settings">Each <c>key=value</c>, the key a path such as <c>optimizer.learningRate</c>, the value JSON or plain text.</param>
    /// <exception cref="InputException">The file or a setting cannot be used.</exception>
    public static RecipeFile Open(string path, IReadOnlyList<string> settings) =>
        Read(StrictJson.ReadText(path, "recipe"), $"recipe '{path}'", settings, Path.GetDirectoryName(path));

    /// <summary>Reads a recipe from text.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <param name="settings">As for <see cref="Open"/>.</param>
    /// <param name="folder">The folder from which a relative path in the text counts; null or empty for the current one, from which those in settings count.</param>
    /// <exception cref="InputException">The text or a setting cannot be used.</exception>
    public static RecipeFile Read(string json, string source, IReadOnlyList<string> settings, string? folder = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        using var document = StrictJson.Parse(json, source);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            throw new InputException($"{source} must be a JSON object.");
        var given = JsonObject.Create(document.RootElement.Clone())!;
        var overridden = new HashSet<string>();
        foreach (var setting in settings)
            overridden.Add(Apply(setting, given));
        var recipe = StrictJson.Read<Recipe>(Element(given, source), source);
        var space = OpenSpace(recipe.Space, overridden.Contains("space") ? null : folder, source);
        recipe = WithTeacherPath(recipe, overridden.Contains("distillation.network") || overridden.Contains("distillation") ? null : folder);
        return Check(new RecipeFile(given, overridden, recipe, space.With(recipe.ImageSize, recipe.Classes)), source);
    }

    /// <summary>Every value of the recipe with its origin, in the order of the documentation.</summary>
    public IReadOnlyList<RecipeValue> Explain()
    {
        var values = new List<RecipeValue>();
        Collect(JsonSerializer.SerializeToNode(Recipe, StrictJson.Options)!.AsObject(), given, "", values);
        return values;
    }

    /// <summary>
    /// The recipe of a short training of single architectures by the same images, network, loss and optimiser: the warm-up is as long a
    /// share of it, and what has no meaning for a network that is trained alone is left at its default.
    /// </summary>
    /// <param name="epochs">At least 1.</param>
    /// <exception cref="InputException">The epochs are out of range.</exception>
    public RecipeFile ForShortTraining(int epochs)
    {
        var optimizer = Recipe.Optimizer with
        {
            WarmUpEpochs = Recipe.Optimizer.WarmUpEpochs * epochs / Recipe.Epochs,
            WarmUpSteps = (int)((long)Recipe.Optimizer.WarmUpSteps * epochs / Recipe.Epochs),
        };
        var recipe = Recipe with
        {
            Epochs = epochs,
            Optimizer = optimizer,
            Sampling = new(),
            Distillation = new(),
            Rank = new(),
            Pretrained = new(),
            Checkpoint = new() { Seconds = Recipe.Checkpoint.Seconds },
        };
        return Check(new RecipeFile(JsonSerializer.SerializeToNode(recipe, StrictJson.Options)!.AsObject(), [], recipe, Space), "recipe of a short training");
    }

    private static JsonElement Element(JsonObject given, string source)
    {
        try
        {
            return JsonSerializer.SerializeToElement(given);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            // An escaped half of a surrogate pair, which is JSON but no text.
            throw new InputException($"{source} holds text that is not Unicode.", e);
        }
    }

    private static SearchSpace OpenSpace(string nameOrPath, string? folder, string source)
    {
        if (SearchSpace.EmbeddedNames.Contains(nameOrPath) || string.IsNullOrEmpty(folder))
            return SearchSpace.Open(nameOrPath);
        var path = Path.Combine(folder, nameOrPath);
        if (!File.Exists(path) && File.Exists(nameOrPath))
            throw new InputException($"{source}: 'space' is '{nameOrPath}', but there is no file '{path}'; a relative path counts from the recipe's own folder, not from the current one.");
        var isPath = File.Exists(path) || Path.HasExtension(nameOrPath) || nameOrPath.AsSpan().IndexOfAny('/', '\\') >= 0;
        return SearchSpace.Open(isPath ? path : nameOrPath);
    }

    /// <summary>An absolute path, so that the run's copy of the recipe names the same file.</summary>
    private static Recipe WithTeacherPath(Recipe recipe, string? folder) => string.IsNullOrWhiteSpace(recipe.Distillation.Network) || recipe.Distillation.Network.Contains('\0', StringComparison.Ordinal)
        ? recipe
        : recipe with { Distillation = recipe.Distillation with { Network = Path.GetFullPath(recipe.Distillation.Network, Path.GetFullPath(string.IsNullOrEmpty(folder) ? "." : folder)) } };

    private static RecipeFile Check(RecipeFile file, string source)
    {
        RecipeValidation.Check(file.Recipe, file.Space, source);
        return file;
    }

    private static string Apply(string setting, JsonObject target)
    {
        var equals = setting.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1)
            throw new InputException($"--set '{setting}' must have the form key=value, for example optimizer.learningRate=0.1.");
        var key = setting[..equals];
        var parts = key.Split('.');
        if (parts.Length > MaximalParts)
            throw new InputException($"--set '{setting}': the key has {parts.Length} parts, allowed are 1 to {MaximalParts}.");
        foreach (var part in parts[..^1])
        {
            if (target[part] is null)
                target[part] = new JsonObject();
            target = target[part] as JsonObject ?? throw new InputException($"--set '{setting}': '{part}' is a value, not a group of values.");
        }

        target[parts[^1]] = ReadValue(setting, equals + 1);
        return key;
    }

    private static JsonNode? ReadValue(string setting, int start)
    {
        var text = setting[start..];
        JsonNode? value;
        try
        {
            value = JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = MaximalDepth });
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            // What is no JSON is a plain text, such as a name; the recipe's form decides whether one may stand there.
            return JsonValue.Create(text);
        }

        try
        {
            // Only writing it finds escaped halves of surrogate pairs, which are JSON but no text.
            _ = value?.ToJsonString();
            return value;
        }
        catch (InvalidOperationException e)
        {
            throw new InputException($"--set '{setting}': the value holds text that is not Unicode.", e);
        }
    }

    private void Collect(JsonObject resolved, JsonObject? written, string path, List<RecipeValue> values)
    {
        foreach (var (name, value) in resolved)
        {
            var key = path + name;
            if (value is JsonObject group)
            {
                Collect(group, written?[name] as JsonObject, key + ".", values);
                continue;
            }

            var origin = overridden.Contains(key) ? "--set" : written?.ContainsKey(name) == true ? "recipe" : "default";
            values.Add(new RecipeValue(key, JsonSerializer.Serialize(value, StrictJson.Options).ReplaceLineEndings("").Replace("  ", "", StringComparison.Ordinal), origin));
        }
    }
}
