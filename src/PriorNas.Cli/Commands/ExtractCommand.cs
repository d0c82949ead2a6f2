using System.CommandLine;
using PriorNas.Cli.Arguments;
using PriorNas.Torch.Rankings;
using PriorNas.Torch.Runs;
using PriorNas.Torch.Supernet;

namespace PriorNas.Cli.Commands;

/// <summary><c>extract RUN</c>: one architecture's network out of a trained supernet, as a file.</summary>
internal static class ExtractCommand
{
    internal static Command Create(Terminal terminal)
    {
        var run = new Argument<string>("RUN") { Description = "Run folder of a trained supernet." };
        Options.RefuseOptionAs(run);
        var data = Options.Data();
        var architecture = new Option<string>("--architecture") { Description = "The architecture, by its code.", HelpName = "CODE", Required = true };
        var output = new Option<string>("--output") { Description = "File to write, safetensors with torchvision's names.", HelpName = "FILE", Required = true };
        var calibration = Options.WholeNumber("--calibration-images", 0, int.MaxValue, "Training images for BN recalibration; 0 uses the running statistics; the recipe's by default.");
        var checkpoint = Options.Checkpoint();
        var threads = Options.Threads();
        var command = new Command("extract", "Cut one architecture's network out of a trained supernet.") { run, data, architecture, output, calibration, checkpoint, threads };
        command.SetAction((parsed, cancellation) => Task.Run(
            () =>
        {
            var target = parsed.GetValue(output)!;
            Options.RequireFolderOf(target);
            using var folder = RunFolder.Open(parsed.GetValue(run)!);
            var chosen = folder.Space.Parse(parsed.GetValue(architecture)!);
            var options = folder.Recipe.Evaluation with { CalibrationImages = parsed.GetValue(calibration) ?? folder.Recipe.Evaluation.CalibrationImages };
            options.Validate("extract", folder.Space.ImageSize);
            folder.FindCheckpoint(parsed.GetValue(checkpoint)!);
            Options.UseThreads(parsed.GetValue(threads) ?? folder.Manifest.Machine.Threads);
            var images = RunData.Open(folder.Recipe, folder.Space, parsed.GetValue(data) ?? folder.Manifest.DataFolder, cancellation);
            Options.WriteSkipped(images, terminal);
            using var ranking = new SupernetRanking(folder, images, options, parsed.GetValue(checkpoint)!, cancellation: cancellation);
            var (network, result) = ranking.Extract(chosen);
            using (network)
                PlainNetworkFile.Write(target, network);
            terminal.Output.WriteLine(FormattableString.Invariant($"{chosen}: top-1 {100 * result.Top1:F2} % inside the supernet; {target}"));
            return ExitCode.Done;
        },
            CancellationToken.None));
        return command;
    }
}
