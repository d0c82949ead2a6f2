using MathNet.Numerics.LinearAlgebra;
using PriorNas.Randomness;
using PriorNas.Ranking.Surrogates;
using PriorNas.Tests.SearchSpaces;

namespace PriorNas.Tests.Ranking.Surrogates;

public class RidgeRegressionTest
{
    private const int Count = 30;
    private const double Penalty = 0.7;

    private readonly MappedRow[] rows;
    private readonly double[] scores;
    private readonly double[] weights;
    private readonly Matrix<double> design;

    public RidgeRegressionTest()
    {
        var random = new RandomStream(3);
        rows = [.. Enumerable.Range(0, Count).Select(_ => new MappedRow([.. Enumerable.Range(0, 7).Select(_ => random.NextGaussian()), 1], 0))];
        scores = [.. rows.Select(row => 3 + row.Values[0] - 2 * row.Values[5] + random.NextGaussian())];
        weights = [.. rows.Select(_ => random.NextDouble(0.2, 2))];
        design = Matrix<double>.Build.DenseOfRowArrays(rows.Select(row => row.Values));
    }

    [Fact]
    public void Its_coefficients_solve_the_normal_equations()
    {
        var expected = Information().Solve(design.Transpose() * Matrix<double>.Build.DiagonalOfDiagonalArray(weights) * Vector<double>.Build.Dense(scores));
        Assert.All(Regression().Coefficients.ToArray().Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-10));
    }

    [Fact]
    public void Its_variance_is_that_of_the_posterior()
    {
        var inverse = Information().Inverse();
        foreach (var row in rows)
        {
            var x = Vector<double>.Build.Dense(row.Values);
            Assert.Equal(x * inverse * x, Regression().Predict(row).Variance, 1e-10);
            Assert.Equal(x * inverse * x + 0.14 / Penalty, Regression().Predict(row with { LeftOut = 0.14 }).Variance, 1e-10);
        }
    }

    [Fact]
    public void A_fold_is_predicted_by_the_others_and_never_sees_its_own_scores()
    {
        var data = SyntheticScores.Of(TestSpaces.Resnet20, 60, 0.5, seed: 4);
        var folds = ScoreFolds.Of(data.Architectures, 10, new RandomStream(2));
        var changed = (double[])data.Scores.Clone();
        changed[17] += 100;
        double[] ones = [.. changed.Select(_ => 1.0)];
        var map = FeatureMap.Linear(data.Architectures, FeatureFamily.WidthsAndProducts);
        var mapped = map.Rows(data.Architectures);
        var before = new FoldedRegression(map, mapped, data.Scores, ones, folds).Values(Penalty);
        var after = new FoldedRegression(map, mapped, changed, ones, folds).Values(Penalty);
        var own = folds.Members[folds.FoldOf[17]];
        Assert.All(own, i => Assert.Equal(before[i], after[i]));
        Assert.All(Enumerable.Range(0, 60).Except(own), i => Assert.NotEqual(before[i], after[i]));

        var rest = new RidgeRegression(Moments.Of(mapped, data.Scores, ones, Enumerable.Range(0, 60).Except(own)), Penalty);
        Assert.All(own, i => Assert.Equal(rest.Value(mapped[i]), before[i], 1e-9));
    }

    [Fact]
    public void Codes_of_one_network_are_in_one_fold()
    {
        var space = TestSpaces.Resnet20;
        var codes = SyntheticScores.Of(space, 25, 0, seed: 1).Architectures.SelectMany(a => space.UnusedCodeNumbers.Take(4).Select(number => space.Parse($"{a.Code[..a.Code.LastIndexOf('-')]}-{number}")));
        var folds = ScoreFolds.Of([.. codes], 10, new RandomStream(1));
        Assert.All(folds.FoldOf.Chunk(4), network => Assert.Single(network.Distinct()));
        Assert.Equal(10, folds.Count);
        Assert.All(folds.Members, members => Assert.InRange(members.Length, 8, 12));
        Assert.Equal(Enumerable.Range(0, 100), folds.Members.SelectMany(members => members).Order());
    }

    [Fact]
    public void A_matrix_that_is_not_positive_definite_is_not_factored()
    {
        Assert.Null(CholeskyFactor.TryOf([[1], [2, 4]]));
        Assert.Null(CholeskyFactor.TryOf([[1], [2, 3]]));
        Assert.Null(CholeskyFactor.TryOf([[double.NaN]]));
        Assert.Equal(Math.Log(4), CholeskyFactor.TryOf([[1], [2, 8]])!.LogDeterminant, 1e-12);
    }

    private RidgeRegression Regression() => new(Moments.Of(rows, scores, weights, Enumerable.Range(0, Count)), Penalty);

    private Matrix<double> Information()
    {
        var penalty = Matrix<double>.Build.DenseDiagonal(8, Penalty);
        penalty[7, 7] = 0;
        return design.Transpose() * Matrix<double>.Build.DiagonalOfDiagonalArray(weights) * design + penalty;
    }
}
