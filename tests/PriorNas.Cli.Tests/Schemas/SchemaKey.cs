using System.Globalization;
using System.Text.Json.Nodes;

namespace PriorNas.Cli.Tests.Schemas;

/// <summary>A key of a schema: where it stands in a file, and what the schema says of it.</summary>
/// <param name="Path">As messages name it, such as <c>stages[0].stride</c>.</param>
/// <param name="Schema">What may stand there; a reference is resolved.</param>
internal sealed record SchemaKey(string Path, JsonObject Schema)
{
    /// <summary>All keys of a schema, those of the first entry of each list included.</summary>
    internal static IEnumerable<SchemaKey> AllOf(JsonObject root) => Below(root, "", root);

    /// <summary>The same file with another value here; groups and entries on the way are made where they are missing.</summary>
    internal JsonObject Set(JsonObject file, JsonNode? value)
    {
        var copy = file.DeepClone().AsObject();
        var target = copy;
        var parts = Path.Split('.');
        foreach (var part in parts[..^1])
        {
            var name = part.Split('[')[0];
            target[name] ??= part.EndsWith(']') ? new JsonArray(new JsonObject()) : new JsonObject();
            target = (part.EndsWith(']') ? target[name]![0]! : target[name]!).AsObject();
        }

        target[parts[^1]] = value;
        return copy;
    }

    internal double? Number(string keyword) => Schema[keyword] is { } value ? double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture) : null;

    private static IEnumerable<SchemaKey> Below(JsonObject schema, string prefix, JsonObject root)
    {
        foreach (var (name, node) in schema["properties"]?.AsObject() ?? [])
        {
            var key = new SchemaKey(prefix + name, Resolve(node!.AsObject(), root));
            yield return key;
            foreach (var inner in Below(key.Schema, key.Path + ".", root))
                yield return inner;
            if (key.Schema["items"] is JsonObject items)
            {
                foreach (var inner in Below(Resolve(items, root), key.Path + "[0].", root))
                    yield return inner;
            }
        }
    }

    private static JsonObject Resolve(JsonObject schema, JsonObject root)
    {
        if ((string?)schema["$ref"] is not { } reference)
            return schema;
        JsonNode target = root;
        foreach (var part in reference[2..].Split('/'))
            target = target[part]!;
        return target.AsObject();
    }
}
