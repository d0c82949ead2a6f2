using System.Text.Json.Nodes;
using NJsonSchema;
using PriorNas.Files;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Recipes;

namespace PriorNas.Cli.Tests.Schemas;

/// <summary>What the schemas refuse, the readers refuse, and the bounds of the schemas are those of the readers.</summary>
public sealed class SchemaAgreementTest
{
    private static readonly JsonObject Recipe = JsonNode.Parse("""{ "space": "tiny", "epochs": 3 }""")!.AsObject();
    private static readonly JsonObject Space = JsonNode.Parse(SearchSpace.Open("tiny").Declaration)!.AsObject();

    public static TheoryData<string> Forms => SchemaFileTest.Forms;

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task An_unknown_key_is_refused_in_every_group(string form)
    {
        var (keys, schema) = await Open(form);
        var groups = keys.Where(k => k.Schema.ContainsKey("properties")).Select(k => new SchemaKey(k.Path + ".nonsense", [])).Append(new SchemaKey("nonsense", [])).ToArray();
        Assert.True(groups.Length > 4);
        foreach (var key in groups.Where(g => !IsList(g, keys)))
            RefusedByBoth(form, schema, key, 1, $"unknown key '{key.Path}'");
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_wrong_word_is_refused_and_each_word_of_the_schema_is_read(string form)
    {
        var (keys, schema) = await Open(form);
        var choices = keys.Where(k => k.Schema["enum"]?[0]?.GetValueKind() == System.Text.Json.JsonValueKind.String).ToArray();
        Assert.True(choices.Length > 4);
        foreach (var key in choices)
        {
            RefusedByBoth(form, schema, key, "no-such-word", key.Path);
            foreach (var word in key.Schema["enum"]!.AsArray())
                Assert.DoesNotContain("must be one of", Message(form, key.Set(Base(form), word!.DeepClone())) ?? "", StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_value_of_another_type_is_refused(string form)
    {
        var (keys, schema) = await Open(form);
        foreach (var key in keys.Where(k => k.Path != "$schema"))
            RefusedByBoth(form, schema, key, JsonNode.Parse("[[]]"), key.Path.Split('.')[0].Split('[')[0]);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_missing_key_that_is_required_is_refused(string form)
    {
        var (_, schema) = await Open(form);
        foreach (var name in SchemaGenerator.Of(form)["required"]!.AsArray().Select(n => (string)n!))
        {
            var file = Base(form).DeepClone().AsObject();
            file.Remove(name);
            Assert.NotEmpty(schema.Validate(file.ToJsonString()));
            Assert.Contains($"key '{name}' is missing", Message(form, file)!, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Outside_the_bounds_both_refuse_and_at_them_neither_names_the_key(string form)
    {
        var (keys, schema) = await Open(form);
        var numbers = 0;
        foreach (var key in keys)
        {
            var step = (key.Schema["type"]?.ToJsonString() ?? "").Contains("integer", StringComparison.Ordinal) ? 1 : 1e-3;
            (double? Inside, double? Outside)[] bounds =
            [
                (key.Number("minimum"), key.Number("minimum") - step), (key.Number("maximum"), key.Number("maximum") + step),
                (key.Number("exclusiveMinimum") + step, key.Number("exclusiveMinimum")), (key.Number("exclusiveMaximum") - step, key.Number("exclusiveMaximum")),
            ];
            foreach (var (inside, outside) in bounds.Where(b => b.Inside is not null))
            {
                RefusedByBoth(form, schema, key, JsonValue.Create(outside), key.Path.Split('.')[0].Split('[')[0]);
                Assert.DoesNotContain(schema.Validate(key.Set(Base(form), JsonValue.Create(inside)).ToJsonString()), e => e.Path?.EndsWith(key.Path, StringComparison.Ordinal) == true);

                // In a space the parts depend on one another: a depth of 9 alone is a fault of the range, say.
                if (form == "recipe")
                    Assert.DoesNotContain($"'{key.Path}' is", Message(form, key.Set(Base(form), JsonValue.Create(inside))) ?? "", StringComparison.Ordinal);
                numbers++;
            }
        }

        Assert.True(numbers > 8);
    }

    /// <summary>Widths are either channels, or base and ratios.</summary>
    [Theory]
    [InlineData("""{ "channels": [16, 12, 8, 4], "base": 16 }""")]
    [InlineData("""{ "base": 16 }""")]
    [InlineData("""{ "ratios": [1] }""")]
    [InlineData("{}")]
    public async Task Widths_of_both_forms_or_of_neither_are_refused(string widths)
    {
        var (keys, schema) = await Open("space");
        RefusedByBoth("space", schema, keys.Single(k => k.Path == "stages[0].widths"), JsonNode.Parse(widths), "stages[0].widths");
    }

    private static void RefusedByBoth(string form, JsonSchema schema, SchemaKey key, JsonNode? value, string named)
    {
        var file = key.Set(Base(form), value);
        Assert.True(schema.Validate(file.ToJsonString()).Count > 0, $"the schema takes {value?.ToJsonString()} for {key.Path}");
        var message = Message(form, file);
        Assert.True(message is not null, $"the reader takes {value?.ToJsonString()} for {key.Path}");
        Assert.Contains(named, message, StringComparison.Ordinal);
    }

    private static bool IsList(SchemaKey inside, SchemaKey[] keys) => keys.Any(k => k.Path + ".nonsense" == inside.Path && k.Schema.ContainsKey("items"));

    /// <summary>What the reader says, or null where it reads the file.</summary>
    private static string? Message(string form, JsonObject file)
    {
        try
        {
            if (form == "recipe")
                RecipeFile.Read(file.ToJsonString(), "file", []);
            else
                SearchSpace.Read(file.ToJsonString(), "file");
            return null;
        }
        catch (InputException e)
        {
            return e.Message;
        }
    }

    private static JsonObject Base(string form) => form == "recipe" ? Recipe : Space;

    private static async Task<(SchemaKey[] Keys, JsonSchema Schema)> Open(string form)
    {
        var generated = SchemaGenerator.Of(form);
        return ([.. SchemaKey.AllOf(generated)], await JsonSchema.FromJsonAsync(generated.ToJsonString(), TestContext.Current.CancellationToken));
    }
}
