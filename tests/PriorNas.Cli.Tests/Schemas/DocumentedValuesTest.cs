using System.Text.Json.Nodes;

namespace PriorNas.Cli.Tests.Schemas;

/// <summary>Every value that the recipe's schema names is accepted by <c>train --explain</c>, so that none is documented and missing.</summary>
public sealed class DocumentedValuesTest : IDisposable
{
    private readonly SmallRun small = new();

    /// <summary>What some values need beside them.</summary>
    private static readonly Dictionary<string, string[]> Companions = new()
    {
        ["distillation.teacher=external"] = ["distillation.network=teacher.safetensors"],
        ["sampling.sampler=progressive"] = ["sampling.nets=6"],
        ["rank.loss=list-mle"] = ["rank.source=step"],
        ["rank.source=step"] = ["rank.pairs=1"],
    };

    public void Dispose() => small.Dispose();

    [Fact]
    public async Task Every_named_value_of_the_schema_is_explained()
    {
        var settings = Values(SchemaGenerator.Of("recipe"), "").ToArray();
        Assert.Contains("sampling.sampler=size-biased", settings);
        Assert.Contains("rank.prior=zen-residual-sampled", settings);
        Assert.Contains("network.adapter=bn-se", settings);
        foreach (var setting in settings)
        {
            string[] all = [setting, .. Companions.GetValueOrDefault(setting, [])];
            var output = await CommandRun.Succeed(["train", SmallRun.DemoRecipe, "--explain", .. all.SelectMany(s => (string[])["--set", s])]);
            var (key, value) = (setting[..setting.IndexOf('=', StringComparison.Ordinal)], setting[(setting.IndexOf('=', StringComparison.Ordinal) + 1)..]);
            Assert.Contains(output.Split('\n'), line => line.StartsWith(key + " ", StringComparison.Ordinal) && line.Contains($"\"{value}\"", StringComparison.Ordinal) && line.Contains("--set", StringComparison.Ordinal));
        }
    }

    private static IEnumerable<string> Values(JsonObject schema, string path)
    {
        foreach (var (name, node) in schema["properties"]?.AsObject() ?? [])
        {
            var property = node!.AsObject();
            foreach (var setting in Values(property, $"{path}{name}."))
                yield return setting;
            var lists = new[] { property["enum"] }.Concat((property["anyOf"]?.AsArray() ?? []).Select(option => option!["enum"]));
            foreach (var value in lists.OfType<JsonArray>().SelectMany(list => list).Where(value => value?.GetValueKind() == System.Text.Json.JsonValueKind.String))
                yield return $"{path}{name}={(string)value!}";
        }
    }
}
