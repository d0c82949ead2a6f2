using System.CommandLine;
using System.Reflection;

namespace PriorNas.Cli.Commands;

/// <summary><c>schema recipe|space</c>: the JSON schema of a form of file.</summary>
internal static class SchemaCommand
{
    internal static Command Create(Terminal terminal)
    {
        var form = new Argument<string>("FORM") { Description = "Which files: recipe, space." };
        form.AcceptOnlyFromAmong("recipe", "space");
        var command = new Command("schema", "Print the JSON schema of recipe or space files, for editors and validators.") { form };
        command.SetAction(parsed =>
        {
            using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"schemas/{parsed.GetValue(form)}.schema.json")!;
            using var reader = new StreamReader(stream);
            terminal.Output.Write(reader.ReadToEnd());
            return ExitCode.Done;
        });
        return command;
    }
}
