using PriorNas.Ranking;
using PriorNas.SearchSpaces;

namespace PriorNas.Torch.Priors;

/// <summary>
/// How far two Zen-scores of the same architectures agree. In a space of elastic depth the depths alone explain nearly all of the score, so
/// only the correlation without them says that widths are judged alike.
/// </summary>
/// <param name="Pearson">Of the scores, in [-1, 1]; NaN where one side is constant.</param>
/// <param name="PearsonDepthsOut">
/// Of what a linear regression on the depths of the stages leaves of both scores; NaN where it leaves nothing of one, and with
/// fewer architectures than depths that vary and three more, where it is 1 or -1 whatever the scores. Where no depth varies, the same as
/// <paramref name="Pearson"/>.
/// </param>
/// <param name="KendallTau">Kendall's tau-b of the scores.</param>
public sealed record ZenAgreement(double Pearson, double PearsonDepthsOut, double KendallTau)
{
    /// <summary>Compares two scores.</summary>
    /// <param name="architectures">At least 2, of one space.</param>
    /// <param name="sampled">A score of each.</param>
    /// <param name="closedForm">Another score of each.</param>
    /// <exception cref="ArgumentException">The lengths differ, there are fewer than 2, or a score is not finite.</exception>
    public static ZenAgreement Of(IReadOnlyList<Architecture> architectures, double[] sampled, double[] closedForm)
    {
        ArgumentNullException.ThrowIfNull(architectures);
        ArgumentNullException.ThrowIfNull(sampled);
        ArgumentNullException.ThrowIfNull(closedForm);
        if (architectures.Count != sampled.Length)
            throw new ArgumentException($"There are {architectures.Count} architectures and {sampled.Length} scores; give one score of each.", nameof(sampled));
        var report = RankReport.Of(sampled, closedForm);
        var stages = architectures[0].Space.Stages.Length;
        var depths = Enumerable.Range(0, stages).Select(stage => architectures.Select(a => (double)a.Depth(stage)).ToArray()).ToArray();
        var varying = depths.Count(column => column.Distinct().Count() > 1);
        var depthsOut = varying > 0 && architectures.Count < varying + 3 ? double.NaN : RankCorrelation.Pearson(Residuals.Of(sampled, depths), Residuals.Of(closedForm, depths));
        return new ZenAgreement(report.Pearson.Value, depthsOut, report.KendallTau.Value);
    }
}
