using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Evaluation;
using PriorNas.Torch.Rankings;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Runs;
using PriorNas.Torch.Tests.Training;
using PriorNas.Torch.Training;

namespace PriorNas.Torch.Tests.Rankings;

public sealed class SupernetRankingTest : IDisposable
{
    private readonly TemporaryFolder temporary = new();
    private readonly RunFolder run;

    public SupernetRankingTest()
    {
        run = RunFolder.Create(temporary.At("run"), TrainingRuns.File, TrainingRuns.Data);
        using var trainer = TrainingRuns.Trainer(run.CheckpointPath);
        using var source = new CancellationTokenSource();
        trainer.Run(new TrainingRuns.StopAfter(1, source), source.Token);
    }

    private static EvaluationOptions Options => TrainingRuns.File.Recipe.Evaluation;

    public void Dispose()
    {
        run.Dispose();
        temporary.Dispose();
    }

    [Fact]
    public void An_interrupted_ranking_goes_on_and_measures_nothing_twice()
    {
        var list = List(6);
        var whole = Rank(list, int.MaxValue, Options with { BatchSize = 31 }).Results;
        Assert.NotNull(whole);

        var (stopped, first) = Rank(list, 2, Options);
        Assert.Null(stopped);
        Assert.Equal(2, first);
        var (results, second) = Rank(list, int.MaxValue, Options);
        Assert.Equal(whole, results);
        Assert.Equal(4, second);
        Assert.Equal(0, Rank(list, int.MaxValue, Options).Measured);
    }

    [Fact]
    public void Other_settings_are_measured_anew()
    {
        var list = List(2);
        Assert.Equal(2, Rank(list, int.MaxValue, Options).Measured);
        Assert.Equal(2, Rank(list, int.MaxValue, Options with { CalibrationImages = 0 }).Measured);
    }

    [Fact]
    public void Results_of_an_earlier_version_without_groups_of_images_are_measured_anew_and_replaced()
    {
        var list = List(3);
        var whole = Rank(list, int.MaxValue, Options).Results;
        using (var connection = new SqliteConnection($"Data Source={run.ResultsPath};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE results SET image_groups = NULL WHERE code = (SELECT min(code) FROM results)";
            Assert.Equal(1, command.ExecuteNonQuery());
        }

        var (results, measured) = Rank(list, int.MaxValue, Options);
        Assert.Equal(1, measured);
        Assert.Equal(whole, results);
        Assert.Equal(0, Rank(list, int.MaxValue, Options).Measured);
    }

    [Fact]
    public void Codes_that_name_the_same_network_are_measured_once()
    {
        // As tiny, but the second and the third width of the first stage are the same.
        File.WriteAllText(temporary.At("twice.json"), Regex.Replace(TestSpaces.Tiny.Declaration, @"\b16,\s*10,\s*6,\s*3\b", "16, 10, 10, 3"));
        var file = RecipeFile.Read(TrainingRuns.Text, "recipe 'test'", [$"space={temporary.At("twice.json")}"]);
        using var folder = RunFolder.Create(temporary.At("twice"), file, TrainingRuns.Data);
        using (var trainer = new SupernetTrainer(file.Recipe, file.Space, TrainingRuns.Data.Images, folder.CheckpointPath, TestContext.Current.CancellationToken))
            trainer.SaveTo(folder.CheckpointPath);
        ListedArchitecture[] list = [.. new[] { "12131213100420000112131", "12131313100420000112131" }.Select(code => new ListedArchitecture(code, code, file.Space.Parse(code)))];
        Assert.NotEqual(list[0].Architecture, list[1].Architecture);
        Assert.Equal(list[0].Architecture.Canonical(), list[1].Architecture.Canonical());

        using var ranking = new SupernetRanking(folder, TrainingRuns.Data, Options, cancellation: TestContext.Current.CancellationToken);
        var measured = 0;
        var results = ranking.Run(list, progress => measured = progress.Measured, TestContext.Current.CancellationToken);
        Assert.Equal(1, measured);
        Assert.Equal(results![0], results[1]);
    }

    [Fact]
    public void Each_checkpoint_has_its_own_results_and_equal_ones_share_them()
    {
        var list = List(2);
        File.Copy(run.CheckpointPath, temporary.At("run", "checkpoint", "epoch-0001.safetensors"));
        using (var trainer = TrainingRuns.Trainer(temporary.At("run", "checkpoint", "epoch-0002.safetensors")))
            trainer.SaveTo(run.FindCheckpoint("last").Replace("last", "epoch-0002", StringComparison.Ordinal));
        var first = Rank(list, int.MaxValue, Options);
        Assert.Equal((2, 0, 2), (first.Measured, Rank(list, int.MaxValue, Options, "epoch-0001").Measured, Rank(list, int.MaxValue, Options, "epoch-0002").Measured));
        Assert.Equal(first.Results, Rank(list, int.MaxValue, Options).Results);
    }

    [Fact]
    public void Results_after_fine_tuning_stand_apart_from_others_and_from_those_of_other_steps_and_rates()
    {
        var list = List(2);
        var plain = Rank(list, int.MaxValue, Options);
        var tuning = new FineTuneOptions { Steps = 2, LearningRate = 0.05 };
        var tuned = Rank(list, int.MaxValue, Options, tuning: tuning);
        Assert.Equal((2, 2), (plain.Measured, tuned.Measured));
        Assert.NotEqual(plain.Results![0], tuned.Results![0]);
        Assert.Equal(2, Rank(list, int.MaxValue, Options, tuning: tuning with { Steps = 3 }).Measured);
        Assert.Equal(2, Rank(list, int.MaxValue, Options, tuning: tuning with { LearningRate = 0.04 }).Measured);

        // Each finds its own again.
        Assert.Equal((0, 0), (Rank(list, int.MaxValue, Options).Measured, Rank(list, int.MaxValue, Options, tuning: tuning).Measured));
        Assert.Equal(plain.Results, Rank(list, int.MaxValue, Options).Results);
        Assert.Equal(tuned.Results, Rank(list, int.MaxValue, Options, tuning: tuning).Results);
    }

    [Fact]
    public void An_interrupted_ranking_with_fine_tuning_goes_on_to_the_same_results()
    {
        var list = List(4);
        var tuning = new FineTuneOptions { Steps = 2, LearningRate = 0.05 };
        var (stopped, first) = Rank(list, 1, Options, tuning: tuning);
        Assert.Equal((null, 1), (stopped, first));
        var (results, second) = Rank(list, int.MaxValue, Options, tuning: tuning);
        Assert.Equal(3, second);

        // A run of its own, which measures all at once.
        File.Delete(run.ResultsPath);
        Assert.Equal(results, Rank(list, int.MaxValue, Options, tuning: tuning).Results);
    }

    [Fact]
    public void Subnets_that_are_tuned_beside_each_other_come_to_the_same_results()
    {
        var list = List(5);
        var tuning = new FineTuneOptions { Steps = 2, LearningRate = 0.05 };
        var (results, _) = Rank(list, int.MaxValue, Options, tuning: tuning);
        File.Delete(run.ResultsPath);
        var (beside, measured) = Rank(list, int.MaxValue, Options, tuning: tuning, jobs: 3);
        Assert.Equal(list.DistinctBy(entry => entry.Architecture.Canonical()).Count(), measured);
        Assert.Equal(results, beside);
    }

    [Fact]
    public void Fine_tuning_measures_exactly_shares_nothing_and_has_no_rounds()
    {
        var tuning = new FineTuneOptions { Steps = 3, LearningRate = 0.01 };
        using var ranking = new SupernetRanking(run, TrainingRuns.Data, Options, fineTuning: tuning, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(EvaluationPrecision.Exact, ranking.Precision);
        Assert.Throws<InvalidOperationException>(() => ranking.RunRounds(List(3), 1, 0.95, _ => { }, _ => { }, TestContext.Current.CancellationToken));
        var shares = new List<double>();
        var outcome = ranking.Run(List(3), part: null, progress => shares.Add(progress.Share), TestContext.Current.CancellationToken);
        Assert.Equal((3, 0d, 3), (outcome!.FineTuneSteps, outcome.Saving, outcome.Measured));
        Assert.Equal(shares.Order(), shares);
        Assert.Equal(1, shares[^1], 1e-12);
    }

    [Fact]
    public void A_run_without_a_checkpoint_is_refused()
    {
        File.Delete(run.CheckpointPath);
        var e = Assert.Throws<InputException>(() => Rank(List(1), int.MaxValue, Options));
        Assert.Equal($"run '{run.Location}' has no checkpoint yet; train it first by 'train --resume {run.Location}'.", e.Message);
    }

    private (IReadOnlyList<EvaluationResult>? Results, int Measured) Rank(
        IReadOnlyList<ListedArchitecture> list, int stopAfter, EvaluationOptions options, string checkpoint = "last", FineTuneOptions? tuning = null, int jobs = 1)
    {
        using var source = new CancellationTokenSource();
        using var ranking = new SupernetRanking(run, TrainingRuns.Data, options, checkpoint, fineTuning: tuning, cancellation: TestContext.Current.CancellationToken) { Jobs = jobs };
        var measured = 0;
        var results = ranking.Run(
            list,
            progress =>
            {
                measured = progress.Measured;
                if (measured == stopAfter)
                    source.Cancel();
            },
            source.Token);
        return (results, measured);
    }

    private static List<ListedArchitecture> List(int count)
    {
        var random = new RandomStream(11);
        return [.. Enumerable.Range(1, count).Select(i =>
        {
            var architecture = UniformSampler.Draw(TestSpaces.Tiny, random);
            return new ListedArchitecture($"arch{i}", architecture.Code, architecture);
        })];
    }
}
