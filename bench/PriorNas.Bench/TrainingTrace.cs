using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Checkpoints;
using PriorNas.Torch.Data;
using PriorNas.Torch.Data.Loading;
using PriorNas.Torch.Interchange;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Runs;
using PriorNas.Torch.Supernet;
using PriorNas.Torch.Training;
using static TorchSharp.torch;

namespace PriorNas.Bench;

/// <summary>The first steps of a recipe, with everything that another program needs to take the same ones.</summary>
internal static class TrainingTrace
{
    /// <summary>
    /// Writes the first weights, the last weights, each batch and the subnets of each step with their losses.
    /// </summary>
    /// <exception cref="InputException">The recipe has more than a plain step with in-place distillation.</exception>
    internal static int Write(string recipePath, string dataFolder, int steps, string folder, string[] settings)
    {
        var file = RecipeFile.Open(recipePath, settings);
        var (recipe, space) = (file.Recipe, file.Space);
        RequirePlain(recipe, space);
        Directory.CreateDirectory(folder);
        var data = RunData.Open(recipe, space, dataFolder).Images;
        var random = new RandomStream(recipe.Seed);
        using var supernet = new ElasticResNet(space, recipe.Network, random.Split("weights"));
        using var optimizer = new SupernetOptimizer(supernet, recipe.Optimizer);
        using var loader = new BatchLoader(data.Train, recipe.Data.TrainingTransforms(space.ImageSize), recipe.Data.BatchSize, random.Split("data"), recipe.Data.Workers);
        var phases = PhaseSchedule.Of(recipe, space, loader.BatchesPerEpoch);
        var step = new SupernetStep(supernet, recipe, phases, external: null, random.Split("architectures"), (long)recipe.Epochs * loader.BatchesPerEpoch);
        Checkpoint.Save(Path.Combine(folder, "first.safetensors"), supernet, optimizer.State(), 0);
        var written = new List<object>();
        loader.Start(0);
        for (var i = 0; i < steps; i++)
        {
            using var scope = NewDisposeScope();
            using var batch = loader.Next();
            SafeTensorsFile.Write(
                Path.Combine(folder, $"batch-{i}.safetensors"), [TensorBytes.From("images", batch.Images.contiguous()), TensorBytes.From("labels", batch.Labels)], new Dictionary<string, string>());
            var losses = step.Accumulate(batch.Images, batch.Labels, i);
            var rate = phases.LearningRateAt(i);
            optimizer.Step(rate);
            written.Add(new { rate, losses.Largest, losses.Smallest, losses.Random, networks = step.Subnets(i).Select(WidthsOf) });
        }

        Checkpoint.Save(Path.Combine(folder, "last.safetensors"), supernet, optimizer.State(), steps);
        WholeFile.WriteText(Path.Combine(folder, "steps.json"), StrictJson.Write(new
        {
            hasMaxPool = space.Stem.HasMaxPool,
            stemStride = space.Stem.Stride,
            strides = space.Stages.Select(stage => stage.Stride),
            inner = recipe.Network.InnerActivation,
            outer = recipe.Network.OuterActivation,
            momentum = recipe.Optimizer.Momentum,
            nesterov = recipe.Optimizer.Nesterov,
            weightDecay = recipe.Optimizer.WeightDecay,
            steps = written,
        }));
        return 0;
    }

    /// <summary>The other program has the sandwich, in-place distillation and SGD alone.</summary>
    private static void RequirePlain(Recipe recipe, SearchSpace space)
    {
        var plain = new DistillationOptions();
        (string Name, bool IsPlain)[] parts =
        [
            ("distillation", recipe.Distillation == plain),
            ("rank.pairs", recipe.Rank.Pairs == 0),
            ("loss.labelSmoothing", recipe.Loss.LabelSmoothing == 0),
            ("network", recipe.Network is { SwitchableBatchNorm: false, DropPath: 0, Adapter: AdapterKind.None }),
            ("network activations", IsKnown(recipe.Network.InnerActivation) && IsKnown(recipe.Network.OuterActivation)),
            ("optimizer.gradientClip", recipe.Optimizer.GradientClip == 0),
            ("space", space is { Block: BlockKind.Basic, Stem.HasMaxPool: false }),
        ];
        if (parts.FirstOrDefault(part => !part.IsPlain) is ({ } name, _))
            throw new InputException($"a trace has in-place distillation by soft cross-entropy, basic blocks and ReLU or PReLU; '{name}' says otherwise.");

        static bool IsKnown(ActivationKind kind) => kind is ActivationKind.Relu or ActivationKind.Prelu;
    }

    private static object WidthsOf(Architecture architecture) => new
    {
        stem = architecture.StemChannels,
        stages = Enumerable.Range(0, architecture.Space.Stages.Length).Select(stage => Enumerable.Range(0, architecture.Depth(stage))
            .Select(block => new[] { architecture.InnerChannels(stage, block), architecture.OutputChannels(stage, block) })),
    };
}
