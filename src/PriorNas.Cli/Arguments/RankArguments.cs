using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using PriorNas.Torch.Evaluation;
using PriorNas.Torch.Rankings;

namespace PriorNas.Cli.Arguments;

/// <summary>The argument and the options of <c>rank</c>, and how they are read.</summary>
internal sealed class RankArguments
{
    internal const double DefaultConfidence = 0.95;

    private readonly Argument<string> run = new("RUN") { Description = "Run folder of a trained supernet." };
    private readonly Option<string?> data = Options.Data();
    private readonly Option<string?> list = Options.Architectures();
    private readonly Option<string?> output = Options.Output();

    private readonly Option<int?> calibration = Options.WholeNumber(
        "--calibration-images",
        0,
        int.MaxValue,
        "Training images for BN recalibration; 0 uses the running statistics; the recipe's by default.");

    private readonly Option<int?> images = Options.WholeNumber(
        "--validation-images", 0, int.MaxValue, "Validation images, a fixed subset; 0 for all; the recipe's by default.");

    private readonly Option<string> checkpoint = Options.Checkpoint();

    private readonly Option<EvaluationPrecision> precision = new("--precision")
    {
        Description =
            "Arithmetic: float32 in the fastest forms, exact for the bits of one network after another, or bfloat16; float32 by default.",
        HelpName = "float32|exact|bfloat16",
        CustomParser = result => result.Tokens.Single().Value switch
        {
            "float32" => EvaluationPrecision.Float32,
            "exact" => EvaluationPrecision.Exact,
            "bfloat16" => EvaluationPrecision.BFloat16,
            _ => Options.Refuse<EvaluationPrecision>(result, "--precision", "float32, exact or bfloat16") ?? default,
        },
    };

    private readonly Option<ScoreKind?> score = ScoreOption.Create(", accuracy with --top");

    private readonly Option<ListShard?> shard = new("--shard")
    {
        Description = "Rank one of n parts of the list, of equal cost, and write a shard file; 'rank merge' joins them.",
        HelpName = "I/N",
        CustomParser = result =>
            ListShard.TryParse(result.Tokens.Single().Value) ?? Options.Refuse<ListShard>(result, "--shard", "i/n with 1 <= i <= n"),
    };

    private readonly Option<int?> top = Options.WholeNumber(
        "--top",
        1,
        int.MaxValue,
        "Find the best K only: rounds on growing parts of the validation images, in which those whose rank relative to the best K is"
            + " decided take no further part.");

    private readonly Option<double> confidence = new("--confidence")
    {
        Description = "With --top: confidence of each accuracy's interval by which ranks are decided, above 0.5 and below 1.",
        HelpName = "P",
        DefaultValueFactory = _ => DefaultConfidence,
        CustomParser = result => NumberOf(result) is > 0.5 and < 1 and var value
            ? value
            : Options.Refuse<double>(result, "--confidence", "a number above 0.5 and below 1") ?? default,
    };

    private readonly Option<int?> first = Options.WholeNumber(
        "--first-images", 1, int.MaxValue, "With --top: validation images of the first round, doubled in each; 500 by default.");

    private readonly Option<int?> fineTuning = Options.WholeNumber(
        "--fine-tune",
        1,
        1_000_000,
        "Train each subnet on for so many steps, from the supernet's weights, before it is measured: a better order for more time.");

    private readonly Option<double?> fineTuneRate = new("--fine-tune-rate")
    {
        Description =
            "With --fine-tune: peak of the learning rate for the reference batch size; a fifth of the recipe's optimizer.learningRate by"
            + " default.",
        HelpName = "RATE",
        CustomParser = result => NumberOf(result) is > 0 and <= 1e6 and var value
            ? value
            : Options.Refuse<double>(result, "--fine-tune-rate", "a number above 0, to 1000000") ?? default,
    };

    private readonly Option<int?> jobs = Options.WholeNumber(
        "--jobs", 1, 1024, "With --fine-tune: subnets trained at the same time, each with --threads threads; 1 by default.");

    private readonly Option<bool> smooth = new("--smooth")
    {
        Description = "Take noise out of the scores by a regression of them on depths and widths, as the command 'smooth' does.",
    };

    private readonly Option<int?> measure = Options.WholeNumber(
        "--measure",
        1,
        int.MaxValue,
        "Measure only N networks of the list, smooth their scores and predict those of the others, each with its standard error.");

    private readonly Option<string?> join = Options.Join();

    private readonly Option<int?> threads = Options.Threads();

    internal RankArguments()
    {
        Options.RefuseOptionAs(run);
        list.Required = true;
        output.Required = true;
    }

    internal void AddTo(Command command)
    {
        command.Add(run);
        Option[] options =
        [
            data, list, output, calibration, images, checkpoint, precision, score, shard, top, confidence, first, fineTuning, fineTuneRate,
            jobs, smooth, measure, join, threads,
        ];
        foreach (var option in options)
            command.Add(option);
    }

    internal RankSettings Read(ParseResult parsed) => new(parsed.GetValue(run)!, parsed.GetValue(list)!, parsed.GetValue(output)!)
    {
        DataFolder = parsed.GetValue(data),
        CalibrationImages = parsed.GetValue(calibration),
        ValidationImages = parsed.GetValue(images),
        Checkpoint = parsed.GetValue(checkpoint)!,
        Precision = parsed.GetValue(precision),
        Score = parsed.GetValue(score),
        Part = parsed.GetValue(shard),
        Top = parsed.GetValue(top),
        Confidence = parsed.GetResult(confidence) is { Implicit: false } ? parsed.GetValue(confidence) : null,
        FirstImages = parsed.GetValue(first),
        FineTuneSteps = parsed.GetValue(fineTuning),
        FineTuneRate = parsed.GetValue(fineTuneRate),
        Jobs = parsed.GetValue(jobs),
        Smooth = parsed.GetValue(smooth),
        Measure = parsed.GetValue(measure),
        Join = parsed.GetValue(join),
        Threads = parsed.GetValue(threads),
    };

    /// <summary>Null where it is no number.</summary>
    private static double? NumberOf(ArgumentResult result) =>
        double.TryParse(result.Tokens.Single().Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;
}
