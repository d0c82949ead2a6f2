using System.Diagnostics;
using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Data;
using PriorNas.Torch.Runs;
using PriorNas.Torch.Supernet;
using PriorNas.Torch.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PriorNas.Bench;

/// <summary>Prototype: each subnet takes some training steps of its own from the supernet's weights before it is scored.</summary>
internal static class AdaptedRanking
{
    internal static int Run(string path, string dataFolder, string list, int steps, double rate, int first, int count, string output, int size)
    {
        using var run = RunFolder.Open(path);
        var data = RunData.Open(run.Recipe, run.Space, dataFolder).Images;
        PriorNas.Torch.Native.TorchThreads.Use(1);
        var supernet = new ElasticResNet(run.Space, run.Recipe.Network, new RandomStream(run.Recipe.Seed));
        var saved = run.CheckpointPath;
        var options = run.Recipe.Data with { Resolutions = size == 0 ? run.Recipe.Data.Resolutions : [size] };
        var random = new RandomStream(run.Recipe.Seed).Split("adapt");
        using var loader = new BatchLoader(data.Train, options.TrainingTransforms(run.Space.ImageSize), options.BatchSize, random.Split("data"), 1);
        var batches = new List<(Tensor Images, Tensor Labels)>();
        loader.Start(0);
        for (var i = 0; i < steps; i++)
        {
            var batch = loader.Next();
            batches.Add((batch.Images.clone(), batch.Labels.clone()));
        }

        var evaluation = run.Recipe.Evaluation with { ValidationImages = 1500 };
        Checkpoint.LoadWeights(saved, supernet);
        using var evaluator = PriorNas.Torch.Evaluation.SupernetEvaluator.Create(supernet, data, run.Recipe.Data, evaluation, new RandomStream(run.Recipe.Seed));
        var (calibration, validation, labels) = evaluator.AllImages();
        var clock = Stopwatch.StartNew();
        var table = new Dictionary<string, object>();
        foreach (var entry in ArchitectureList.ReadFile(list, run.Space).Skip(first).Take(count))
        {
            Checkpoint.LoadWeights(saved, supernet);
            using var optimizer = new SupernetOptimizer(supernet, run.Recipe.Optimizer);
            var before = Score(supernet, entry.Architecture, calibration, validation, labels);
            for (var i = 0; i < steps; i++)
            {
                using var scope = NewDisposeScope();
                var loss = functional.cross_entropy(supernet.forward(batches[i].Images, entry.Architecture, BatchNormStatistics.OfBatch), batches[i].Labels);
                loss.backward();
                optimizer.Step(LearningRate.At(rate, Math.Max(1, steps / 10), i, steps));
            }

            var after = Score(supernet, entry.Architecture, calibration, validation, labels);
            table[entry.Name] = new { arch = entry.Code, acc = before, loss = -after };
            Console.WriteLine(FormattableString.Invariant($"{entry.Name} {before:F4} {after:F4} {clock.Elapsed.TotalSeconds:F0} s"));
        }

        WholeFile.WriteText(output, StrictJson.Write(table));
        return 0;
    }

    private static double Score(ElasticResNet supernet, Architecture architecture, Tensor calibration, Tensor validation, Tensor labels)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        using var statistics = new RecalibratedStatistics();
        supernet.forward(calibration, architecture, statistics);
        statistics.Complete();
        return -functional.cross_entropy(supernet.forward(validation, architecture, statistics), labels).item<float>();
    }
}
