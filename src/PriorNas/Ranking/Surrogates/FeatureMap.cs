using PriorNas.SearchSpaces;

namespace PriorNas.Ranking.Surrogates;

/// <summary>
/// Turns architectures into the columns of a linear regression. Features are centred and scaled over the measured architectures; what is constant
/// there is dropped. Columns are scaled so that the squared length of a row is 1 on average: the penalty of the regression then is
/// the variance of the noise in units of the variance of the function, whatever the map.
/// </summary>
internal sealed class FeatureMap
{
    private const double Constant = 1e-9;

    private readonly ArchitectureFeatures features;
    private readonly int[] kept;
    private readonly double[] mean;
    private readonly double[] scale;
    private readonly KernelColumns? kernel;

    private FeatureMap(SearchSpace space, ArchitectureFeatures features, int[] kept, double[] mean, double[] scale, KernelColumns? kernel)
    {
        Space = space;
        this.features = features;
        this.kept = kept;
        this.mean = mean;
        this.scale = scale;
        this.kernel = kernel;
    }

    /// <summary>The space of the architectures.</summary>
    internal SearchSpace Space { get; }

    /// <summary>Features that are not constant.</summary>
    internal int Columns => kept.Length;

    /// <summary>The centred and scaled features themselves.</summary>
    internal static FeatureMap Linear(IReadOnlyList<Architecture> measured, FeatureFamily family)
    {
        var features = new ArchitectureFeatures(measured[0].Space, family);
        var rows = measured.Select(features.Of).ToArray();
        var (kept, mean, deviation) = (new List<int>(), new List<double>(), new List<double>());
        for (var column = 0; column < features.Count; column++)
        {
            var average = rows.Average(row => row[column]);
            var spread = Math.Sqrt(rows.Average(row => (row[column] - average) * (row[column] - average)));
            if (spread <= Constant)
                continue;
            kept.Add(column);
            mean.Add(average);
            deviation.Add(spread);
        }

        var root = Math.Sqrt(Math.Max(1, kept.Count));
        return new FeatureMap(measured[0].Space, features, [.. kept], [.. mean], [.. deviation.Select(d => 1 / (d * root))], null);
    }

    /// <summary>The same features through a kernel.</summary>
    internal FeatureMap Through(KernelColumns columns) => new(Space, features, kept, mean, scale, columns);

    /// <summary>The columns of many architectures.</summary>
    internal MappedRow[] Rows(IReadOnlyList<Architecture> architectures)
    {
        var rows = new MappedRow[architectures.Count];
        Parallel.For(0, rows.Length, i => rows[i] = Row(architectures[i]));
        return rows;
    }

    /// <summary>The columns of an architecture.</summary>
    internal MappedRow Row(Architecture architecture)
    {
        var values = features.Of(architecture);
        var row = new double[kept.Length + 1];
        for (var i = 0; i < kept.Length; i++)
            row[i] = (values[kept[i]] - mean[i]) * scale[i];
        row[^1] = 1;
        return kernel is null ? new MappedRow(row, 0) : kernel.Map(row.AsSpan(0, kept.Length));
    }
}

/// <summary>An architecture as a row of a linear regression.</summary>
/// <param name="Values">The columns; the last is the constant 1.</param>
/// <param name="LeftOut">What of the function's variance under the prior, about 1, the columns leave out: 0 for features, more for a kernel far from its points.</param>
internal readonly record struct MappedRow(double[] Values, double LeftOut);
