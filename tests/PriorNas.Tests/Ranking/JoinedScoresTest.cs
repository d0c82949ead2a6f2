using PriorNas.Files;
using PriorNas.Priors;
using PriorNas.Randomness;
using PriorNas.Ranking;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;

namespace PriorNas.Tests.Ranking;

public sealed class JoinedScoresTest
{
    private static readonly SearchSpace Space = SearchSpace.Open("tiny");
    private static readonly Architecture[] Architectures = [.. DistinctSampler.Draw(Space, 12, new RandomStream(3))];
    private static readonly CompositePrior Prior = CompositePrior.Parse("0.5*params+0.25*flops", Architectures, name => ShapePrior.All.Single(prior => prior.Name == name));

    [Fact]
    public void Scores_are_standardised_and_the_prior_is_added()
    {
        var scores = Scores();
        var (mean, deviation) = (scores.Average(), Math.Sqrt(scores.Average(s => (s - scores.Average()) * (s - scores.Average()))));
        var joined = JoinedScores.Of(Table(scores, Architectures), Architectures, Prior);
        Assert.Equal(["acc", "score", "score_error", "unjoined", "unjoined_error", "prior"], joined.Keys);
        Assert.All(joined.Rows.Index(), row =>
        {
            var prior = Prior.Score(Architectures[row.Index]);
            double?[] expected = [0.5, (scores[row.Index] - mean) / deviation + prior, 0.1 / deviation, scores[row.Index], 0.1, prior];
            Assert.All(expected.Zip(row.Item.Scores), pair => Assert.Equal(pair.First!.Value, pair.Second!.Value, 1e-9));
        });
    }

    [Fact]
    public void A_scale_of_the_scores_does_not_matter()
    {
        var scores = Scores();
        var joined = Joined(scores);
        Assert.All(joined.Zip(Joined([.. scores.Select(score => 1000 * score - 7)])), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
    }

    [Fact]
    public void A_network_of_several_codes_counts_once()
    {
        var scores = Scores();
        Architecture[] twice = [.. Architectures, Architectures[0], Architectures[0]];
        var joined = JoinedScores.Of(Table([.. scores, scores[0], scores[0]], twice), twice, Prior).Rows.Select(row => row.Scores[1]!.Value).ToArray();
        Assert.All(Joined(scores).Zip(joined), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        Assert.Equal([joined[0], joined[0]], joined[^2..]);
    }

    [Fact]
    public void Errors_are_left_out_where_the_table_has_none()
    {
        var table = new ScoreTable("score");
        foreach (var (i, architecture) in Architectures.Index())
            table.Add($"a{i}", architecture.Code, i);
        Assert.Equal(["score", "unjoined", "prior"], JoinedScores.Of(table, Architectures, Prior).Keys);
    }

    [Fact]
    public void What_cannot_be_joined_is_refused()
    {
        double[] equal = [.. Architectures.Select(_ => 0.1)];
        var e = Assert.Throws<InputException>(() => JoinedScores.Of(Table(equal, Architectures), Architectures, Prior));
        Assert.Equal("the scores are all equal, so there is nothing to join with a prior; is the supernet trained?", e.Message);
        Assert.Throws<ArgumentException>(() => JoinedScores.Of(Table(Scores(), Architectures), Architectures[..^1], Prior));
        var without = new ScoreTable("acc");
        without.Add("a", "1", 0.5);
        Assert.Throws<ArgumentException>(() => JoinedScores.Of(without, Architectures[..1], Prior));
    }

    private static double[] Scores()
    {
        var random = new RandomStream(5);
        return [.. Architectures.Select(_ => -3 + random.NextDouble())];
    }

    private static double[] Joined(double[] scores) => [.. JoinedScores.Of(Table(scores, Architectures), Architectures, Prior).Rows.Select(row => row.Scores[1]!.Value)];

    private static ScoreTable Table(double[] scores, Architecture[] architectures)
    {
        var table = new ScoreTable("acc", "score", "score_error");
        foreach (var (i, architecture) in architectures.Index())
            table.Add($"a{i}", architecture.Code, 0.5, scores[i], 0.1);
        return table;
    }
}
