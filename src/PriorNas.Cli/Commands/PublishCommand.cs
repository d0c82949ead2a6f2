using System.CommandLine;
using PriorNas.Cli.Arguments;
using PriorNas.Torch.Runs;

namespace PriorNas.Cli.Commands;

/// <summary><c>publish RUN</c>: a trained supernet as a folder that others rank by.</summary>
internal static class PublishCommand
{
    internal static Command Create(Terminal terminal)
    {
        var run = new Argument<string>("RUN") { Description = "Run folder of a trained supernet." };
        Options.RefuseOptionAs(run);
        var output = new Option<string>("--output") { Description = "Folder to make.", HelpName = "DIR", Required = true };
        var checkpoint = Options.Checkpoint();
        checkpoint.Description = "Checkpoint of the run to hand on: last, or a kept epoch such as epoch-0003.";
        var command = new Command("publish", "Write a trained supernet as a folder to hand on: without the state of training and the locations of files.") { run, output, checkpoint };
        command.SetAction(parsed =>
        {
            using var folder = RunFolder.Open(parsed.GetValue(run)!);
            var target = parsed.GetValue(output)!;
            var bytes = PublishedRun.Write(folder, parsed.GetValue(checkpoint)!, target);
            terminal.Output.WriteLine(FormattableString.Invariant($"{target}: {bytes / 1e6:F2} MB of weights. Rank by it as by any run: rank {target} --data DIR ..."));
            return ExitCode.Done;
        });
        return command;
    }
}
