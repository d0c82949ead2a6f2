using System.Diagnostics;
using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.Ranking;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Checkpoints;
using PriorNas.Torch.Evaluation;
using PriorNas.Torch.Interchange;
using PriorNas.Torch.Runs;
using PriorNas.Torch.Supernet;
using static TorchSharp.torch;

namespace PriorNas.Bench;

/// <summary>The same ranking by each of our evaluators, and what another program needs to do it too.</summary>
internal sealed class RankingBenchmark
{
    private readonly string checkpoint;
    private readonly ElasticResNet supernet;
    private readonly SupernetEvaluator evaluator;
    private readonly IReadOnlyList<ListedArchitecture> list;

    private RankingBenchmark(string checkpoint, ElasticResNet supernet, SupernetEvaluator evaluator, IReadOnlyList<ListedArchitecture> list) =>
        (this.checkpoint, this.supernet, this.evaluator, this.list) = (checkpoint, supernet, evaluator, list);

    internal static RankingBenchmark Open(string path, string dataFolder, string list)
    {
        using var run = RunFolder.Open(path);
        var data = RunData.Open(run.Recipe, run.Space, dataFolder);
        var supernet = new ElasticResNet(run.Space, run.Recipe.Network, new RandomStream(run.Recipe.Seed));
        Checkpoint.LoadWeights(run.CheckpointPath, supernet);
        var evaluator = SupernetEvaluator.Create(supernet, data.Images, run.Recipe.Data, run.Recipe.Evaluation, new RandomStream(run.Recipe.Seed));
        return new RankingBenchmark(run.CheckpointPath, supernet, evaluator, ArchitectureList.ReadFile(list, run.Space));
    }

    /// <summary>Writes images as safetensors and the channels of each network as JSON.</summary>
    internal int Export(string folder)
    {
        Directory.CreateDirectory(folder);
        using var scope = NewDisposeScope();
        var (calibration, validation, labels) = evaluator.AllImages();
        SafeTensorsFile.Write(
            Path.Combine(folder, "images.safetensors"),
            [TensorBytes.From("calibration", calibration.contiguous()), TensorBytes.From("validation", validation.contiguous()), TensorBytes.From("labels", labels)],
            new Dictionary<string, string>());
        File.Copy(checkpoint, Path.Combine(folder, "weights.safetensors"), overwrite: true);
        var space = supernet.Space;
        var networks = list.Select(entry => new
        {
            name = entry.Name,
            stem = entry.Architecture.StemChannels,
            stages = Enumerable.Range(0, space.Stages.Length).Select(stage => Enumerable.Range(0, entry.Architecture.Depth(stage))
                .Select(block => new[] { entry.Architecture.InnerChannels(stage, block), entry.Architecture.OutputChannels(stage, block) })),
        });
        WholeFile.WriteText(Path.Combine(folder, "networks.json"), StrictJson.Write(new
        {
            hasMaxPool = space.Stem.HasMaxPool,
            stemStride = space.Stem.Stride,
            strides = space.Stages.Select(stage => stage.Stride),
            inner = supernet.Options.InnerActivation,
            outer = supernet.Options.OuterActivation,
            networks,
        }));
        return 0;
    }

    /// <summary>Measures the first architectures of the list and prints the time that each took, the first two left out.</summary>
    internal int Rank(string name, int count, string output)
    {
        const int WarmUp = 2;
        var chosen = list.Take(count).ToArray();
        var results = new Dictionary<string, EvaluationResult>();
        double seconds;
        if (name == "plain")
        {
            var clock = new Stopwatch();
            foreach (var (i, entry) in chosen.Index())
            {
                if (i == WarmUp)
                    clock.Start();
                results[entry.Architecture.Canonical().Code] = evaluator.Evaluate(entry.Architecture);
            }

            seconds = clock.Elapsed.TotalSeconds / (chosen.Length - WarmUp);
        }
        else
        {
            var precision = Enum.Parse<EvaluationPrecision>(name, ignoreCase: true);
            var order = PrefixOrder.Of(chosen.Select(entry => entry.Architecture));
            using var sharing = evaluator.Sharing(precision);
            sharing.Evaluate(PrefixOrder.Of(order.Architectures.Take(WarmUp)), (_, _) => { });
            var clock = Stopwatch.StartNew();
            sharing.Evaluate(order, (index, result) => results[order.Architectures[index].Code] = result);
            seconds = clock.Elapsed.TotalSeconds / order.Architectures.Length;
            Console.WriteLine(FormattableString.Invariant($"  saving {100 * order.Saving:F1} %, close calls {sharing.CloseCalls} of {(long)results.Count * results.Values.First().Images}"));
        }

        var adds = chosen.Select(entry => entry.Architecture).Average(a => (double)PrefixOrder.Of([a]).MultiplyAddsApart) * evaluator.Images;
        Console.WriteLine(FormattableString.Invariant($"{name,-10} {chosen.Length,6} networks {1000 * seconds,9:F1} ms each, {2 * adds / seconds / 1e9,6:F0} GFLOP/s of the plain loop's work, peak {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB"));
        var table = new ScoreTable("acc", "acc_top5");
        foreach (var entry in chosen)
        {
            var result = results[entry.Architecture.Canonical().Code];
            table.Add(entry.Name, entry.Code, result.Top1, result.Top5);
        }

        table.Write(output);
        return 0;
    }
}
