using PriorNas.Ranking;

namespace PriorNas.Cli.Display;

/// <summary>Shows a validation of priors: two tables, and in words what the data decide.</summary>
internal static class PriorValidationDisplay
{
    internal static void Write(PriorValidation validation, TextWriter output)
    {
        output.WriteLine($"{validation.Count} architectures of {validation.Space}, truth {validation.Truth}, 95 % intervals in brackets");
        output.WriteLine();
        output.WriteLine(Row("prior", "Pearson", "Spearman", "Kendall tau-b"));
        foreach (var prior in validation.Priors)
            output.WriteLine(Row(prior.Name, Text(prior.Agreement.Pearson), Text(prior.Agreement.Spearman), Text(prior.Agreement.KendallTau)));
        output.WriteLine();
        output.WriteLine(Row("prior", "tau-b behind best", [.. validation.Top[0].Select(top => $"top {top.K}: overlap, regret")]));
        foreach (var (prior, tops) in validation.Priors.Zip(validation.Top))
        {
            var behind = prior.BehindBest is { } difference ? Text(difference.KendallTau) : "";
            output.WriteLine(Row(prior.Name, behind, [.. tops.Select(top => FormattableString.Invariant($"{top.Overlap:F3}  {top.Regret:G4}"))]));
        }

        output.WriteLine(FormattableString.Invariant($"Overlap by chance: {string.Join(", ", validation.Top[0].Select(top => FormattableString.Invariant($"{top.Chance:F3} (top {top.K})")))}."));
        output.WriteLine();
        foreach (var sentence in Conclusions(validation))
            output.WriteLine(sentence);
    }

    private static IEnumerable<string> Conclusions(PriorValidation validation)
    {
        if (validation.Best is not { } best)
        {
            yield return "No prior has a tau-b: the truth, or each prior, is the same for all architectures.";
            yield break;
        }

        yield return $"{best.Name} has the highest tau-b.";
        if (!best.Agreement.KendallTau.Decided)
            yield return "The data do not decide whether it agrees with the truth at all: its interval contains 0.";
        else if (best.Agreement.KendallTau.High < 0)
            yield return "Yet it orders the architectures the wrong way.";
        var others = validation.Priors.Where(p => p.BehindBest is not null).ToLookup(p => p.BehindBest!.KendallTau switch
        {
            { HasInterval: false } => Outcome.Undefined,
            { Decided: true } => Outcome.Behind,
            _ when p.OrdersAsBest => Outcome.Same,
            { Low: 0, High: 0 } => Outcome.SameAgreement,
            _ => Outcome.Open,
        });
        if (others[Outcome.Behind].Any())
            yield return $"The data decide that it is ahead of {Names(others[Outcome.Behind])}.";
        if (others[Outcome.Open].Any())
            yield return $"The data do not decide between it and {Names(others[Outcome.Open])}: on other architectures the order might be the other.";
        if (others[Outcome.Same].Any())
            yield return $"In the same order as it: {Names(others[Outcome.Same])}.";
        if (others[Outcome.SameAgreement].Any())
            yield return $"The same tau-b on these architectures, in another order: {Names(others[Outcome.SameAgreement])}.";
        if (others[Outcome.Undefined].Any())
            yield return $"The same score for all architectures, hence no ranking: {Names(others[Outcome.Undefined])}.";
    }

    private static string Names(IEnumerable<ScoringComparison> priors) => string.Join(", ", priors.Select(p => p.Name));

    private static string Text(Estimate estimate) => FormattableString.Invariant($"{estimate:F3}");

    private static string Row(string name, string first, params string[] others) => $"{name,-14}  {string.Join("  ", others.Prepend(first).Select(text => $"{text,-23}"))}".TrimEnd();

    private enum Outcome
    {
        Behind,
        Open,
        Same,
        SameAgreement,
        Undefined,
    }
}
