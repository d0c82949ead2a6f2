namespace PriorNas.Ranking;

/// <summary>One scoring, sorted once, so that nothing needs to be sorted in a resample of it.</summary>
internal sealed class SortedScoring
{
    internal SortedScoring(ReadOnlySpan<double> values)
    {
        Deviations = RankCorrelation.Deviations(values);
        Ranks = Ranking.Ranks.Dense(values);
        Groups = Ranks.Max() + 1;
        Order = new int[values.Length];
        for (var i = 0; i < Order.Length; i++)
            Order[i] = i;
        Array.Sort((int[])Ranks.Clone(), Order);
    }

    /// <summary>The values less their mean, scaled to magnitude 1.</summary>
    internal double[] Deviations { get; }

    /// <summary>For each item, the number of different smaller values.</summary>
    internal int[] Ranks { get; }

    /// <summary>The number of different values.</summary>
    internal int Groups { get; }

    /// <summary>The items, lowest value first.</summary>
    internal int[] Order { get; }
}
