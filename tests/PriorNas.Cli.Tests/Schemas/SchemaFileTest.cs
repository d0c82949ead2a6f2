using System.Text.Json.Nodes;
using NJsonSchema;
using PriorNas.Files;

namespace PriorNas.Cli.Tests.Schemas;

/// <summary>The checked-in schemas are those of the code, and hold for the files of the repository.</summary>
public sealed class SchemaFileTest
{
    public static TheoryData<string> Forms => [.. SchemaGenerator.Forms.Keys];

    /// <summary>PRIORNAS_UPDATE_GOLDEN=1 rewrites the files.</summary>
    [Theory]
    [MemberData(nameof(Forms))]
    public async Task The_schema_is_that_of_the_code(string form)
    {
        var path = PathOf(form);
        var generated = SchemaGenerator.Of(form).ToJsonString(StrictJson.Options) + "\n";
        if (Environment.GetEnvironmentVariable("PRIORNAS_UPDATE_GOLDEN") == "1")
            File.WriteAllText(path, generated);
        else
            Assert.Equal(generated, await CommandRun.Succeed("schema", form));
        Assert.Equal(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken), generated);
    }

    [Theory]
    [InlineData("recipe", "recipes")]
    [InlineData("space", "spaces")]
    public async Task Every_file_of_the_repository_names_its_schema_and_is_valid(string form, string folder)
    {
        var schema = await JsonSchema.FromFileAsync(PathOf(form), TestContext.Current.CancellationToken);
        foreach (var file in Directory.GetFiles(Path.Combine(CommandRun.RepositoryRoot, folder), "*.json"))
        {
            var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
            Assert.Empty(schema.Validate(text).Select(e => $"{file}: {e}"));
            Assert.Equal(PathOf(form), Path.GetFullPath((string)JsonNode.Parse(text)![StrictJson.SchemaKey]!, Path.GetDirectoryName(file)!));
        }
    }

    internal static string PathOf(string form) => Path.Combine(CommandRun.RepositoryRoot, "schemas", $"{form}.schema.json");
}
