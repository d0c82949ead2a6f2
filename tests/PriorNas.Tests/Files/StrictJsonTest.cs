using System.Reflection;
using System.Text.Json.Serialization;
using PriorNas.Files;

namespace PriorNas.Tests.Files;

public class StrictJsonTest
{
    [Fact]
    public void A_large_object_of_unknown_keys_has_a_short_message()
    {
        var json = $"{{ {string.Join(", ", Enumerable.Range(0, 20_000).Select(i => $"\"key{i}{new string('x', 100)}\": {i}"))} }}";
        var message = Assert.Throws<InputException>(() => StrictJson.Read<Form>(json, "form")).Message;
        Assert.StartsWith("form: unknown key 'key0xxx", message, StringComparison.Ordinal);
        Assert.EndsWith("; and 19996 more faults", message, StringComparison.Ordinal);
        Assert.Single(message.Split("(allowed: name, number)")[1..]);
        Assert.InRange(message.Length, 1, 600);
    }

    [Fact]
    public void What_is_allowed_is_said_once_for_an_object() => Assert.Equal(
        "form: unknown key 'nam', did you mean 'name'? (allowed: name, number); unknown key 'x'; key 'name' is missing",
        Assert.Throws<InputException>(() => StrictJson.Read<Form>("""{ "nam": "a", "x": 1 }""", "form")).Message);

    [Fact]
    public void An_ignored_property_is_no_key() => Assert.Equal(
        "form: unknown key 'length' (allowed: name, number)",
        Assert.Throws<InputException>(() => StrictJson.Read<Form>("""{ "name": "a", "length": 1 }""", "form")).Message);

    /// <summary>No property of this library that the serialiser ignores is taken for a key of its record's files.</summary>
    [Fact]
    public void No_ignored_property_of_the_library_is_a_key()
    {
        var ignored = typeof(StrictJson).Assembly.GetTypes()
            .SelectMany(type => type.GetProperties())
            .Where(property => property.GetCustomAttribute<JsonIgnoreAttribute>() is { Condition: JsonIgnoreCondition.Always })
            .ToArray();
        Assert.NotEmpty(ignored);
        Assert.All(ignored, property =>
        {
            var key = char.ToLowerInvariant(property.Name[0]) + property.Name[1..];
            var read = typeof(StrictJson).GetMethods().Single(m => m.Name == "Read" && m.GetParameters()[0].ParameterType == typeof(string)).MakeGenericMethod(property.DeclaringType!);
            var error = Assert.Throws<TargetInvocationException>(() => read.Invoke(null, [$$"""{ "{{key}}": null }""", "file"]));
            Assert.StartsWith($"file: unknown key '{key}'", error.InnerException!.Message, StringComparison.Ordinal);
        });
    }

    private sealed record Form
    {
        public required string Name { get; init; }

        public int Number { get; init; }

        [JsonIgnore]
        public int Length => Name.Length;
    }
}
