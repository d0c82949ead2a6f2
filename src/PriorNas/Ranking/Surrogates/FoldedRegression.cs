namespace PriorNas.Ranking.Surrogates;

/// <summary>
/// A ridge regression by folds: each architecture is predicted by the regression on all other folds. The sums of each fold are computed once; a
/// penalty then costs one factorisation for each fold.
/// </summary>
internal sealed class FoldedRegression
{
    /// <summary>Variances of the noise in units of the function's, from nearly none to nothing but noise, and what stands between two of them.</summary>
    private const double MinPenalty = 1e-4, MaxPenalty = 1e6, Step = 10;

    private readonly MappedRow[] rows;
    private readonly double[] scores;
    private readonly double[] weights;
    private readonly ScoreFolds folds;
    private readonly Moments[] moments;

    internal FoldedRegression(FeatureMap map, MappedRow[] rows, double[] scores, double[] weights, ScoreFolds folds)
    {
        (Map, this.rows, this.scores, this.weights, this.folds) = (map, rows, scores, weights, folds);
        moments = new Moments[folds.Count];
        Parallel.For(0, folds.Count, fold => moments[fold] = Moments.Of(rows, scores, weights, folds.Members[fold]));
        Penalty = BestPenalty();
        Predictions = PredictFolds(Penalty, (fit, row) => fit.Predict(row));
    }

    internal FeatureMap Map { get; }

    /// <summary>Columns without the constant.</summary>
    internal int Columns => rows[0].Values.Length - 1;

    /// <summary>The penalty of the least weighted square error of the folds.</summary>
    internal double Penalty { get; }

    /// <summary>Of each architecture, by the other folds.</summary>
    internal RidgePrediction[] Predictions { get; }

    /// <summary>The root mean square error of the folds, weighted.</summary>
    internal double Error => Math.Sqrt(SquareError(Array.ConvertAll(Predictions, prediction => prediction.Value)) / weights.Sum());

    /// <summary>The regression on all folds.</summary>
    internal RidgeRegression Whole() => new(Moments.Sum(moments, rows[0].Values.Length), Penalty);

    /// <summary>The predictions of the folds with another penalty.</summary>
    internal double[] Values(double penalty) => PredictFolds(penalty, (fit, row) => fit.Value(row));

    private double BestPenalty()
    {
        var best = Best(Enumerable.Range(0, (int)Math.Round(Math.Log10(MaxPenalty / MinPenalty)) + 1).Select(power => MinPenalty * Math.Pow(Step, power)));
        return Best([best, best / Math.Sqrt(Step), best * Math.Sqrt(Step)]);
    }

    private double Best(IEnumerable<double> penalties) => penalties.MinBy(penalty => SquareError(Values(penalty)));

    private double SquareError(double[] predicted)
    {
        var sum = 0.0;
        for (var i = 0; i < predicted.Length; i++)
            sum += weights[i] * (scores[i] - predicted[i]) * (scores[i] - predicted[i]);
        return sum;
    }

    private T[] PredictFolds<T>(double penalty, Func<RidgeRegression, MappedRow, T> predict)
    {
        var predictions = new T[rows.Length];
        Parallel.For(0, folds.Count, fold =>
        {
            var fit = new RidgeRegression(Moments.Sum(moments.Where((_, other) => other != fold), rows[0].Values.Length), penalty);
            foreach (var member in folds.Members[fold])
                predictions[member] = predict(fit, rows[member]);
        });
        return predictions;
    }
}
