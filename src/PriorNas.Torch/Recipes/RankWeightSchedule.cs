namespace PriorNas.Torch.Recipes;

/// <summary>How the weight of the rank loss, lambda, changes over a run. The clock e runs from 0 to 70, the published number of epochs.</summary>
public enum RankWeightSchedule
{
    /// <summary>1.</summary>
    Constant,

    /// <summary>min(2, e / 10): the best published.</summary>
    WarmUp,

    /// <summary>2 sin(0.7 pi e / 70): 2 at e = 50, 1.62 at the end.</summary>
    Sine,

    /// <summary>0 before 5, linear to 2 at 20, 2 until 50, linear to 0 at 70.</summary>
    FourStage,

    /// <summary>2 (1 - e / 70): falls to 0, so that the supernet's own losses have the last word (ours).</summary>
    Fading,
}

/// <summary>The schedules as pure functions of the step.</summary>
public static class RankWeight
{
    private const double PublishedEpochs = 70;

    /// <summary>Lambda at a step.</summary>
    /// <param name="schedule">Which schedule.</param>
    /// <param name="step">0-based.</param>
    /// <param name="steps">Of the whole run, above 0.</param>
    public static double At(RankWeightSchedule schedule, long step, long steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        var e = PublishedEpochs * step / steps;
        return schedule switch
        {
            RankWeightSchedule.Constant => 1,
            RankWeightSchedule.WarmUp => Math.Min(2, e / 10),
            RankWeightSchedule.Sine => 2 * Math.Sin(Math.PI * 0.7 * e / PublishedEpochs),
            RankWeightSchedule.FourStage => Math.Clamp(Math.Min((e - 5) / 15, (PublishedEpochs - e) / 20), 0, 1) * 2,
            RankWeightSchedule.Fading => 2 * (1 - e / PublishedEpochs),
            _ => throw new ArgumentOutOfRangeException(nameof(schedule), schedule, "The schedule is unknown."),
        };
    }
}
