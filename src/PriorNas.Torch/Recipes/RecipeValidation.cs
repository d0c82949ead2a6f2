using PriorNas.Files;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Data;
using PriorNas.Torch.Data.Loading;

namespace PriorNas.Torch.Recipes;

/// <summary>Checks the values of a recipe as a whole, before anything expensive starts.</summary>
internal static class RecipeValidation
{
    private const int MinImageSize = 8;
    private const int MaxImageSize = 1024;

    /// <exception cref="InputException">At least one value cannot be used; the message names all of them.</exception>
    internal static void Check(Recipe recipe, SearchSpace space, string source)
    {
        var faults = new List<string>();
        Require(recipe.Epochs is >= 1 and <= 100_000, "epochs", recipe.Epochs, "1 to 100000");
        CheckData(recipe.Data, space, Require);
        Require(recipe.Network.DropPath is >= 0 and < 1, "network.dropPath", recipe.Network.DropPath, "0 to below 1");
        CheckMethod(recipe, space, Require);
        CheckOptimizer(recipe.Optimizer, recipe.Epochs, Require);
        faults.AddRange(recipe.Evaluation.Faults(space.ImageSize));
        Require(recipe.Checkpoint.Seconds >= 0, "checkpoint.seconds", recipe.Checkpoint.Seconds, "0 (at epochs only) or more");
        Require(recipe.Checkpoint.Keep is >= 0 and <= 100_000, "checkpoint.keep", recipe.Checkpoint.Keep, "0 (none beside the last) to 100000");
        Require(recipe.Checkpoint.KeepEvery >= 1 && recipe.Checkpoint.KeepEvery <= Math.Max(1, recipe.Epochs), "checkpoint.keepEvery", recipe.Checkpoint.KeepEvery, $"1 to the run's {recipe.Epochs} epochs");
        if (faults.Count > 0)
            throw new InputException($"{source}: {string.Join("; ", faults)}");

        void Require(bool holds, string key, object value, string allowed)
        {
            if (!holds)
                faults.Add(FormattableString.Invariant($"'{key}' is {value}, allowed is {allowed}"));
        }
    }

    /// <summary>Notes a fault where something does not hold.</summary>
    internal delegate void Requirement(bool holds, string key, object value, string allowed);

    private static void CheckData(DataOptions data, SearchSpace space, Requirement require)
    {
        require(data.IdxPrefix?.AsSpan().ContainsAny('/', '\\') != true, "data.idxPrefix", $"'{data.IdxPrefix}'", "the start of file names, without a folder");
        var sizes = data.TrainingSizes(space.ImageSize);
        require(data.Resolutions.Count <= DataOptions.MaxResolutions, "data.resolutions", $"a list of {data.Resolutions.Count}", $"at most {DataOptions.MaxResolutions} sizes");
        require(data.Resolutions.All(IsSize), "data.resolutions", $"[{string.Join(", ", data.Resolutions.Take(DataOptions.MaxResolutions))}]", $"{MinImageSize} to {MaxImageSize} pixels each");

        // A size that is wrong itself limits nothing.
        var largest = sizes.Where(IsSize).DefaultIfEmpty(space.ImageSize).Max();
        var most = Batch.MaxImages(largest);
        require(data.BatchSize is >= 2 and <= 65_536 && data.BatchSize <= most, "data.batchSize", data.BatchSize, most < 65_536 ? $"2 to {most} images of {largest} pixels (2 GiB)" : "2 to 65536");
        require(data.Padding is >= 0 and <= 256, "data.padding", data.Padding, "0 to 256 pixels");
        require(data.Workers is >= 1 and <= 256, "data.workers", data.Workers, "1 to 256");
        require(data.ValidationResize == 0 || data.ValidationResize >= space.ImageSize, "data.validationResize", data.ValidationResize, $"0 or at least the image size {space.ImageSize}");
        require(data.Mean.Count == 3 && data.Mean.All(double.IsFinite), "data.mean", $"[{string.Join(", ", data.Mean)}]", "3 numbers");
        require(data.Std.Count == 3 && data.Std.All(s => double.IsFinite(s) && s > 0), "data.std", $"[{string.Join(", ", data.Std)}]", "3 numbers above 0");
        require(data.SyntheticTrainImages is >= 1 and <= 10_000_000, "data.syntheticTrainImages", data.SyntheticTrainImages, "1 to 10000000");
        require(data.SyntheticValidationImages is >= 1 and <= 10_000_000, "data.syntheticValidationImages", data.SyntheticValidationImages, "1 to 10000000");
    }

    private static bool IsSize(int pixels) => pixels is >= MinImageSize and <= MaxImageSize;

    private static void CheckMethod(Recipe recipe, SearchSpace space, Requirement require)
    {
        MethodValidation.CheckSampling(recipe, space, require);
        MethodValidation.CheckDistillation(recipe, require);
        MethodValidation.CheckRank(recipe, space, require);
        require(!recipe.Pretrained.ImportanceReordering || !recipe.Network.SwitchableBatchNorm, "pretrained.importanceReordering", "true", "false with network.switchableBatchNorm: each width has statistics of its own, in the order of its channels");
        require(recipe.Loss.LabelSmoothing is >= 0 and < 1, "loss.labelSmoothing", recipe.Loss.LabelSmoothing, "0 to below 1");
    }

    private static void CheckOptimizer(OptimizerOptions optimizer, int epochs, Requirement require)
    {
        require(optimizer.LearningRate is > 0 and <= 1e6, "optimizer.learningRate", optimizer.LearningRate, "above 0, to 1000000");
        require(optimizer.ReferenceBatchSize >= 1, "optimizer.referenceBatchSize", optimizer.ReferenceBatchSize, "1 or more");
        require(optimizer.Momentum is >= 0 and < 1, "optimizer.momentum", optimizer.Momentum, "0 to below 1");
        require(!optimizer.Nesterov || optimizer.Momentum > 0, "optimizer.nesterov", optimizer.Nesterov, "true only with momentum above 0");
        require(optimizer.WeightDecay is >= 0 and <= 1e6, "optimizer.weightDecay", optimizer.WeightDecay, "0 to 1000000");

        // A number of epochs that is wrong itself limits nothing.
        var last = epochs < 1 ? double.MaxValue : epochs;
        require(optimizer.WarmUpEpochs >= 0 && optimizer.WarmUpEpochs <= last, "optimizer.warmUpEpochs", optimizer.WarmUpEpochs, epochs < 1 ? "0 to the run's epochs" : $"0 to the run's {epochs} epochs");
        require(optimizer.WarmUpSteps >= 0, "optimizer.warmUpSteps", optimizer.WarmUpSteps, "0 or more");
        require(optimizer.WarmUpSteps == 0 || optimizer.WarmUpEpochs == 0, "optimizer.warmUpSteps", optimizer.WarmUpSteps, "0 where optimizer.warmUpEpochs is given");
        require(optimizer.GradientClip is >= 0 and <= 1e6, "optimizer.gradientClip", optimizer.GradientClip, "0 (no limit) to 1000000");
        require(optimizer.WeightAveraging is >= 0 and < 1, "optimizer.weightAveraging", optimizer.WeightAveraging, "0 (none) to below 1");
    }
}
