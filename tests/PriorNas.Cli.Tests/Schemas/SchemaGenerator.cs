using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using PriorNas.Files;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Priors;
using PriorNas.Torch.Recipes;

namespace PriorNas.Cli.Tests.Schemas;

/// <summary>
/// Makes the JSON schema (draft 2020-12) of a form of file from the records that the reader fills: types, keys and enumerations from the
/// serializer, descriptions from doc comments, ranges from attributes, defaults from a new record. A key that is added to a record is in
/// the schema without further work.
/// </summary>
internal static class SchemaGenerator
{
    private const string Dialect = "https://json-schema.org/draft/2020-12/schema";

    /// <summary>The forms by name, with the record and what a file of it is.</summary>
    internal static IReadOnlyDictionary<string, (Type Form, string Title)> Forms { get; } = new Dictionary<string, (Type, string)>
    {
        ["recipe"] = (typeof(Recipe), "PriorNas recipe"),
        ["space"] = (typeof(SearchSpaceDeclaration), "PriorNas search space"),
    };

    internal static JsonObject Of(string name)
    {
        var (form, title) = Forms[name];
        var exported = StrictJson.Options.GetJsonSchemaAsNode(form, new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Describe }).AsObject();
        var schema = new JsonObject { [StrictJson.SchemaKey] = Dialect, ["title"] = title };
        foreach (var (key, value) in exported.ToArray())
        {
            exported.Remove(key);
            schema[key] = value;
        }

        schema["properties"]!.AsObject().Insert(0, StrictJson.SchemaKey, new JsonObject { ["description"] = "Place of this schema, for editors; not read.", ["type"] = "string" });
        return schema;
    }

    private static JsonObject Describe(JsonSchemaExporterContext context, JsonNode node)
    {
        var schema = node.AsObject();
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        var property = context.PropertyInfo?.AttributeProvider as PropertyInfo;
        if (type == typeof(WidthsDeclaration))
            schema["oneOf"] = new JsonArray(new JsonObject { ["required"] = new JsonArray("channels"), ["maxProperties"] = 1 }, new JsonObject { ["required"] = new JsonArray("base", "ratios"), ["maxProperties"] = 2 });
        if (type == typeof(ulong))
            schema["minimum"] = 0;
        if (property is not null)
            AddOfProperty(schema, context.PropertyInfo!, property);
        if ((property is null ? null : DocComments.Of(property)) is { } text || (text = DocComments.Of(type)) is not null)
            schema.Insert(0, "description", text + MeaningsOf(type));
        return schema;
    }

    private static void AddOfProperty(JsonObject schema, JsonPropertyInfo key, PropertyInfo property)
    {
        if (property.GetCustomAttribute<RangeAttribute>() is { } range)
            AddRange(schema, range);
        if (property.GetCustomAttribute<LengthAttribute>() is { } length)
            (schema["minItems"], schema["maxItems"]) = (length.MinimumLength, length.MaximumLength);
        if (property.GetCustomAttribute<AllowedValuesAttribute>() is { } allowed)
            schema["enum"] = JsonSerializer.SerializeToNode(allowed.Values);

        // Priors are looked up by name, so the record holds a text.
        if (property.DeclaringType == typeof(RankOptions) && property.Name == nameof(RankOptions.Prior))
        {
            var term = $"([0-9.eE-]+ *\\* *)?({string.Join('|', PriorNames.All)})";
            schema["anyOf"] = new JsonArray(new JsonObject { ["enum"] = new JsonArray([.. PriorNames.All.Select(name => JsonValue.Create(name))]) }, new JsonObject { ["pattern"] = $"^{term}( *\\+ *{term})*$" });
        }


        if (!key.IsRequired && property.GetValue(Activator.CreateInstance(property.DeclaringType!)) is { } value && JsonSerializer.SerializeToNode(value, StrictJson.Options) is { } node and not JsonObject)
            schema["default"] = node;
    }

    private static void AddRange(JsonObject schema, RangeAttribute range)
    {
        schema[range.MinimumIsExclusive ? "exclusiveMinimum" : "minimum"] = JsonSerializer.SerializeToNode(range.Minimum);
        if (range.Maximum is not (int.MaxValue or double.PositiveInfinity))
            schema[range.MaximumIsExclusive ? "exclusiveMaximum" : "maximum"] = JsonSerializer.SerializeToNode(range.Maximum);
    }

    private static string MeaningsOf(Type type) => type.IsEnum
        ? string.Concat(Enum.GetNames(type).Select(name => $"\n- {JsonNamingPolicy.KebabCaseLower.ConvertName(name)}: {DocComments.OfField(type, name)}"))
        : "";
}
