using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace PriorNas.Files;

/// <summary>
/// JSON read without mercy: unknown keys, duplicate keys, missing keys and wrong types are errors that name the position and
/// what may stand there. Keys are camelCase, enumerations are written in kebab-case words. A text under <see cref="SchemaKey"/> in the
/// outermost object is for editors and is not read.
/// </summary>
public static class StrictJson
{
    /// <summary>The key under which a file may name its JSON schema.</summary>
    public const string SchemaKey = "$schema";

    /// <summary>How this product writes and reads every JSON file of its own.</summary>
    public static JsonSerializerOptions Options { get; } = CreateOptions();

    /// <summary>A value of an enumeration as files and the command line write it.</summary>
    public static string KebabCase<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    /// <summary>Reads a file of declared form.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What the file is, for messages: "recipe", "search space".</param>
    /// <exception cref="InputException">The file is missing or is not a valid <typeparamref name="T"/>.</exception>
    public static T ReadFile<T>(string path, string what) => Read<T>(ReadText(path, what), $"{what} '{path}'");

    /// <summary>Reads the text of a file that the user named.</summary>
    /// <exception cref="InputException">The file is missing or cannot be read.</exception>
    public static string ReadText(string path, string what)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InputException($"{what} '{path}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Reads text of declared form.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">Where the text comes from, for messages.</param>
    /// <exception cref="InputException">The text is not a valid <typeparamref name="T"/>; every unknown key is named.</exception>
    public static T Read<T>(string json, string source)
    {
        using var document = Parse(json, source);
        return Read<T>(document.RootElement, source);
    }

    /// <summary>Parses text as JSON, refusing duplicate keys.</summary>
    /// <exception cref="InputException">The text is not JSON; the message gives line and column.</exception>
    public static JsonDocument Parse(string json, string source)
    {
        try
        {
            return JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 64 });
        }
        catch (JsonException e)
        {
            var position = e.LineNumber is { } line ? $" at line {line + 1}, byte {(e.BytePositionInLine ?? 0) + 1}" : "";
            throw new InputException($"{source} is not valid JSON{position}: {FirstSentence(e.Message)}", e);
        }
        catch (InvalidOperationException e)
        {
            // A key with half a surrogate pair: the check for duplicates cannot decode it.
            throw new InputException($"{source} is not valid JSON: a key holds text that is not Unicode.", e);
        }
        catch (ArgumentException e)
        {
            // Half a surrogate pair in the text itself; a file cannot hold one, a string can.
            throw new InputException($"{source} is not valid JSON: it holds text that is not Unicode.", e);
        }
    }

    /// <summary>Reads a parsed value of declared form.</summary>
    /// <exception cref="InputException">The value is not a valid <typeparamref name="T"/>; every unknown key is named.</exception>
    public static T Read<T>(JsonElement element, string source)
    {
        element = WithoutSchema(element, source);
        var faults = new FaultList();
        FindFaults(element, typeof(T), "", faults);
        if (faults.Count > 0)
            throw new InputException($"{source}: {faults.Text}");
        try
        {
            return element.Deserialize<T>(Options) ?? throw new InputException($"{source} is 'null', where an object must stand.");
        }
        catch (JsonException e)
        {
            throw new InputException($"{source}: {Explain(e)}", e);
        }
    }

    /// <summary>Writes a value as indented JSON with a final newline.</summary>
    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options) + "\n";

    private static JsonElement WithoutSchema(JsonElement element, string source)
    {
        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(SchemaKey, out var schema))
            return element;
        if (schema.ValueKind != JsonValueKind.String)
            throw new InputException($"{source}: '{SchemaKey}' must be a text, the position of the file's JSON schema.");
        var read = JsonObject.Create(element)!;
        read.Remove(SchemaKey);
        return JsonSerializer.SerializeToElement(read);
    }

    private static JsonSerializerOptions CreateOptions()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            AllowDuplicateProperties = false,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            WriteIndented = true,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        };
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false));
        options.MakeReadOnly();
        return options;
    }

    /// <summary>Faults that the serializer would report one at a time, in its own words: unknown keys, missing keys, nulls in lists.</summary>
    private static void FindFaults(JsonElement element, Type type, string path, FaultList faults)
    {
        var info = Options.GetTypeInfo(Nullable.GetUnderlyingType(type) ?? type);
        if (info.Kind == JsonTypeInfoKind.Object && element.ValueKind == JsonValueKind.Object)
        {
            FindFaultsOfObject(element, info, path.Length == 0 ? "" : path + ".", faults);
        }
        else if (info.Kind == JsonTypeInfoKind.Enumerable && element.ValueKind == JsonValueKind.Array && info.ElementType is { } itemType)
        {
            foreach (var (index, item) in element.EnumerateArray().Index())
            {
                if (item.ValueKind == JsonValueKind.Null)
                    faults.Add($"'{path}[{index}]' is null");
                else
                    FindFaults(item, itemType, $"{path}[{index}]", faults);
            }
        }
    }

    private static void FindFaultsOfObject(JsonElement element, JsonTypeInfo info, string prefix, FaultList faults)
    {
        var anyUnknown = false;
        foreach (var property in element.EnumerateObject())
        {
            if (KeyOf(info, property.Name) is { } known)
            {
                FindFaults(property.Value, known.PropertyType, prefix + property.Name, faults);
                continue;
            }

            // What is allowed is said once for an object.
            AddUnknown(property.Name, info, prefix, withAllowed: !anyUnknown, faults);
            anyUnknown = true;
        }

        foreach (var property in info.Properties)
        {
            if (property.IsRequired && !element.TryGetProperty(property.Name, out _))
                faults.Add($"key '{prefix}{property.Name}' is missing");
        }
    }

    private static JsonPropertyInfo? KeyOf(JsonTypeInfo info, string name)
    {
        foreach (var property in info.Properties)
        {
            if (property.Name == name && IsKey(property))
                return property;
        }

        return null;
    }

    /// <summary>A property that is not serialised has neither accessor.</summary>
    private static bool IsKey(JsonPropertyInfo property) => property.Get is not null || property.Set is not null;

    /// <summary>Apart, so that only a fault makes what its words need.</summary>
    private static void AddUnknown(string name, JsonTypeInfo info, string prefix, bool withAllowed, FaultList faults) => faults.Add(() =>
    {
        var names = info.Properties.Where(IsKey).Select(p => p.Name).Order(StringComparer.Ordinal).ToArray();
        return $"unknown key '{prefix}{FaultList.Shorten(name)}'{Suggestion(name, names)}{(withAllowed ? $" (allowed: {string.Join(", ", names)})" : "")}";
    });

    /// <summary>The serializer's message without the names of .NET types.</summary>
    private static string Explain(JsonException e)
    {
        const string Start = "could not be converted to ";
        var position = string.IsNullOrEmpty(e.Path) || e.Path == "$" ? "" : $"'{e.Path.TrimStart('$').TrimStart('.')}' ";
        var at = e.Message.IndexOf(Start, StringComparison.Ordinal);
        if (at < 0)
            return (position + FirstSentence(e.Message)).TrimEnd('.') + ".";
        var type = e.Message[(at + Start.Length)..].Split(' ')[0].TrimEnd('.');
        return position + type switch
        {
            "System.Int32" or "System.Nullable`1[System.Int32]" or "System.Int64" => "must be a whole number.",
            "System.UInt64" => "must be a whole number from 0 to 18446744073709551615.",
            "System.Double" => "must be a number.",
            "System.Boolean" => "must be true or false.",
            "System.String" => "must be a text.",
            _ => DeclaredEnumeration(type) is { } enumeration
                ? $"must be one of {string.Join(", ", Enum.GetNames(enumeration).Select(JsonNamingPolicy.KebabCaseLower.ConvertName))}."
                : "must be an object or list of the documented form.",
        };
    }

    /// <summary>The enumeration of a name, of which the serializer's message gives nothing else.</summary>
    private static Type? DeclaredEnumeration(string name) => AppDomain.CurrentDomain.GetAssemblies()
        .Where(assembly => assembly.GetName().Name?.StartsWith("PriorNas", StringComparison.Ordinal) == true)
        .Select(assembly => assembly.GetType(name))
        .FirstOrDefault(type => type is { IsEnum: true });

    private static string FirstSentence(string message)
    {
        var end = message.IndexOf(" Path:", StringComparison.Ordinal);
        if (end < 0)
            end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end < 0 ? message : message[..end];
    }

    private static string Suggestion(string given, string[] names)
    {
        const int MaxGivenLength = 60;
        if (given.Length > MaxGivenLength)
            return "";
        var (name, distance) = names.Select(n => (n, EditDistance(given, n))).DefaultIfEmpty(("", int.MaxValue)).MinBy(pair => pair.Item2);
        return distance <= Math.Max(2, given.Length / 3) ? $", did you mean '{name}'?" : "";
    }

    private static int EditDistance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replace = diagonal + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replace, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
