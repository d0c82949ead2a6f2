using System.CommandLine;
using System.Globalization;
using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.Ranking;
using PriorNas.Ranking.Noise;

namespace PriorNas.Cli.Arguments;

/// <summary><c>correlate --noise-ranking, --noise-truth, --truth-repeat</c>: what is known of the noise of both sides.</summary>
internal sealed class CorrelationNoise
{
    private const string OfRanking = "--noise-ranking";
    private const string OfTruth = "--noise-truth";
    private const string Repeat = "--truth-repeat";

    private readonly (ScoreFile File, double[] Errors)? ranking;
    private readonly (ScoreFile File, double[] Errors)? truth;
    private readonly (ScoreFile File, string Argument, double[] Scores)? repeat;

    private CorrelationNoise((ScoreFile, double[])? ranking, (ScoreFile, double[])? truth, (ScoreFile, string, double[])? repeat)
    {
        this.ranking = ranking;
        this.truth = truth;
        this.repeat = repeat;
    }

    /// <summary>The options, and what was given for them.</summary>
    internal sealed record NoiseOptions(Option<string?> Ranking, Option<string?> Truth, Option<string?> TruthRepeat)
    {
        internal (string? Ranking, string? Truth, string? Repeat) Of(ParseResult parsed) =>
            (parsed.GetValue(Ranking), parsed.GetValue(Truth), parsed.GetValue(TruthRepeat));
    }

    internal static NoiseOptions CreateOptions() => new(
        new(OfRanking)
        {
            Description = "Correct for the noise of A: its standard error, in A's unit, "
                + "or the key under which A's file has one for each architecture.",
            HelpName = "SE|KEY",
        },
        new(OfTruth) { Description = "The same for B.", HelpName = "SE|KEY" },
        new(Repeat)
        {
            Description = "In place of --noise-truth: a second measurement of B, such as another seed.",
            HelpName = "FILE[:KEY]",
        });

    /// <summary>Reads what is known, or null for nothing.</summary>
    /// <exception cref="InputException">A standard error or a file cannot be used, or the truth's noise is given twice.</exception>
    internal static CorrelationNoise? Open(
        (string? Ranking, string? Truth, string? Repeat) given, (string Ranking, string Truth) arguments, ScoreFile[] files)
    {
        if (given is (null, null, null))
            return null;
        if (given is { Truth: not null, Repeat: not null })
            throw new InputException($"{OfTruth} and {Repeat} both say how noisy the truth is; give one of them.");
        var names = files[0].Names;
        (ScoreFile, string, double[])? repeated = null;
        if (given.Repeat is { } argument)
        {
            var file = ScoreArgument.Open(argument);
            files[0].RequireSameNames(file);
            repeated = (file, argument, file.ValuesOf(names));
        }

        return new CorrelationNoise(
            given.Ranking is { } ofRanking ? (files[0], Errors(OfRanking, ofRanking, arguments.Ranking, names)) : null,
            given.Truth is { } ofTruth ? (files[1], Errors(OfTruth, ofTruth, arguments.Truth, names)) : null,
            repeated);
    }

    /// <summary>What the noise means for the agreement of two columns.</summary>
    /// <exception cref="InputException">There is more noise than variance, or the truth's measurements do not agree.</exception>
    internal CorrectedAgreement Of(double[] first, double[] second, RandomStream random)
    {
        var ofFirst = ranking is { } known
            ? Reliability.OfStandardErrors(first, known.Errors, OfRanking, known.File.Description, random)
            : null;
        var ofSecond = this switch
        {
            { truth: var (file, errors) } => Reliability.OfStandardErrors(second, errors, OfTruth, file.Description, random),
            { repeat: var (_, argument, scores) } => Reliability.OfRepeat(second, scores, $"{Repeat} '{argument}'", "the truth", random),
            _ => null,
        };
        return new CorrectedAgreement(
            ofFirst,
            ofSecond,
            ofFirst is null ? null : NoiseCeiling.Of(first, second, [ofFirst], random),
            ofSecond is null ? null : NoiseCeiling.Of(first, second, [ofSecond], random),
            ofFirst is null || ofSecond is null ? null : NoiseCeiling.Of(first, second, [ofFirst, ofSecond], random));
    }

    /// <summary>A number for all, or one for each from the scores' own file.</summary>
    private static double[] Errors(string option, string given, string argument, IReadOnlyCollection<string> names)
    {
        if (double.TryParse(given, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            return double.IsFinite(number) && number >= 0
                ? [.. names.Select(_ => number)]
                : throw new InputException(
                    $"{option} is '{given}', allowed is a standard error of 0 or more, "
                    + $"or a key of '{ScoreArgument.Split(argument).Path}'.");
        }

        var file = ScoreFile.Read(ScoreArgument.Split(argument).Path, given);
        foreach (var name in names.Where(name => file[name] < 0))
        {
            throw new InputException(FormattableString.Invariant(
                $"{option}: {file.Description} has {file[name]} for '{name}', a standard error is 0 or more."));
        }

        return file.ValuesOf(names);
    }
}
