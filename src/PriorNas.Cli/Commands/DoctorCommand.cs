using System.CommandLine;
using PriorNas.Cli.Arguments;
using PriorNas.Cli.Diagnosis;
using PriorNas.Files;

namespace PriorNas.Cli.Commands;

/// <summary><c>doctor</c>: what the program runs on, what is missing, and how to get it.</summary>
internal static class DoctorCommand
{
    internal static Command Create(Terminal terminal)
    {
        var json = Options.Json();
        var command = new Command("doctor", "Look at versions, threads, instructions, memory and native libraries; say what is missing and how to get it.") { json };
        command.SetAction(parsed =>
        {
            var findings = SystemDiagnosis.Run();
            if (parsed.GetValue(json))
                terminal.Output.Write(StrictJson.Write(new Answer(IsUsable(findings), findings)));
            else
                Write(findings, terminal.Output);
            return IsUsable(findings) ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }

    /// <summary>Shows findings, the areas one after another.</summary>
    internal static void Write(IReadOnlyList<Finding> findings, TextWriter output)
    {
        var width = findings.Max(f => f.Name.Length);
        foreach (var area in findings.GroupBy(f => f.Area))
        {
            output.WriteLine(area.Key);
            foreach (var finding in area)
            {
                var mark = finding.State switch { FindingState.Missing => "MISSING  ", FindingState.Note => "note  ", _ => "" };
                output.WriteLine($"  {finding.Name.PadRight(width)}  {mark}{finding.Value}");
                if (finding.Remedy is { } remedy)
                    output.WriteLine($"  {"".PadRight(width)}  -> {remedy}");
            }
        }

        var missing = findings.Count(f => f.State == FindingState.Missing);
        output.WriteLine(missing == 0 ? "Usable: nothing that is needed is missing." : $"Not usable: {missing} of the above {(missing == 1 ? "is" : "are")} missing or wrong.");
    }

    private static bool IsUsable(IReadOnlyList<Finding> findings) => findings.All(f => f.State != FindingState.Missing);

    private sealed record Answer(bool Usable, IReadOnlyList<Finding> Findings);
}
