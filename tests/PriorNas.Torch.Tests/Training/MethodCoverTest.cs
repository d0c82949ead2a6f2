using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.Torch.Interchange;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Supernet;
using PriorNas.Torch.Training;
using TorchSharp;

namespace PriorNas.Torch.Tests.Training;

/// <summary>
/// Every pair of values of the method's options in some recipe (a pairwise covering, built greedily from a seed), trained for a few steps: finite
/// losses, every parameter that can learn does, the same bytes again, no tensor left. Combinations that the recipe refuses are left out, and each
/// value must be in a recipe that is not refused.
/// </summary>
public sealed class MethodCoverTest : IDisposable
{
    private static readonly (string Key, string[] Values)[] Options =
    [
        ("sampling.sampler", ["uniform", "fair", "progressive", "flops-balanced", "size-biased", "stratified"]),
        ("sampling.sandwich", ["true", "false"]),
        ("sampling.smallest", ["true", "false"]),
        ("sampling.phases", ["[]", """[{"until":0.4,"depth":0,"width":0},{"until":1,"depth":1,"width":0.5}]"""]),
        ("distillation.teacher", ["in-place", "none", "external"]),
        ("distillation.loss", ["soft-cross-entropy", "alpha-divergence", "spherical", "decoupled"]),
        ("distillation.temperature", ["1", "2"]),
        ("distillation.labelWeight", ["0", "0.5"]),
        ("loss.labelSmoothing", ["0", "0.1"]),
        ("rank.pairs", ["0", "2"]),
        ("rank.prior", ["flops", "zen", "zen-sampled", "0.5*params+zen"]),
        ("rank.loss", ["hinge", "softplus", "list-mle"]),
        ("rank.source", ["drawn", "step"]),
        ("rank.bothSides", ["false", "true"]),
        ("rank.margin", ["0", "0.1"]),
        ("rank.gapWeighted", ["false", "true"]),
        ("rank.minimalPriorGap", ["0", "0.5"]),
        ("rank.minimalHammingDistance", ["0", "12"]),
        ("rank.schedule", ["constant", "warm-up", "sine", "four-stage"]),
        ("network.innerActivation", ["relu", "prelu"]),
        ("network.outerActivation", ["relu", "prelu", "swish", "mish", "selu"]),
        ("network.dropPath", ["0", "0.3"]),
        ("network.switchableBatchNorm", ["false", "true"]),
        ("network.adapter", ["none", "mlp", "se", "bn-se"]),
        ("network.zeroInitLastBatchNorm", ["false", "true"]),
        ("network.initialization", ["normal-fan-out", "uniform-fan-in"]),
        ("data.resolutions", ["[]", "[16,24]"]),
        ("data.augmentation", ["pad-crop", "random-resized-crop", "center-crop"]),
        ("optimizer.gradientClip", ["0", "1"]),
    ];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Every_pair_of_options_trains_deterministically_and_leaves_nothing()
    {
        WriteTeacher();
        var recipes = Cover().ToArray();
        Train(recipes[0], "warm");
        foreach (var (index, recipe) in recipes.Index())
        {
            var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
            var first = Train(recipe, $"{index}a");
            if (index % 6 == 0)
                Assert.Equal(first, Train(recipe, $"{index}b"));

            Assert.True(before == DisposeScopeManager.Statistics.ThreadTotalLiveCount, $"tensors are left by {Text(recipe)}");
        }
    }

    [Fact]
    public void Documented_values_are_all_in_the_cover()
    {
        foreach (var (key, values) in Options)
        {
            foreach (var value in values)
                Assert.Contains(Cover(), recipe => recipe[key] == value);
        }
    }

    /// <summary>Trains three steps; the text of weights, momentum and losses.</summary>
    private string Train(Dictionary<string, string> recipe, string name)
    {
        var file = Open(recipe);
        var observer = new TrainingRuns.StopAfter(0, new CancellationTokenSource());
        using (var trainer = new SupernetTrainer(file.Recipe, file.Space, TrainingRuns.Data.Images, folder.At(name)))
            Assert.True(trainer.Run(observer, TestContext.Current.CancellationToken), Text(recipe));
        Assert.Equal(3, observer.Reports.Count);
        Assert.All(observer.Reports, report => Assert.True(report.Losses.AreFinite, Text(recipe)));
        var saved = SafeTensorsFile.Read(folder.At(name));
        Assert.All(saved.Tensors.Where(tensor => tensor.Name.StartsWith("momentum.", StringComparison.Ordinal)), tensor => Assert.DoesNotContain(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(tensor.Data.Span).ToArray(), float.IsNaN));
        return string.Concat(observer.Reports.Select(report => report.Losses.ToString())) + Convert.ToHexString(System.Security.Cryptography.SHA256.HashData([.. saved.Tensors.SelectMany(tensor => tensor.Data.ToArray())]));
    }

    private RecipeFile Open(Dictionary<string, string> recipe) => RecipeFile.Read(TrainingRuns.Text, "recipe", [.. Settings(recipe)]);

    private IEnumerable<string> Settings(Dictionary<string, string> recipe)
    {
        string[] common = ["epochs=1", "rank.zenRepeats=1", "evaluation.calibrationImages=0", "optimizer.learningRate=0.01"];
        var teacher = recipe["distillation.teacher"] == "external" ? [$"distillation.network={folder.At("teacher.safetensors")}"] : Array.Empty<string>();
        return common.Concat(teacher).Concat(recipe.Select(pair => $"{pair.Key}={pair.Value}"));
    }

    private static string Text(Dictionary<string, string> recipe) => string.Join(' ', recipe.Select(pair => $"{pair.Key}={pair.Value}"));

    private void WriteTeacher()
    {
        using var network = new ElasticResNet(TestSpaces.Tiny.Largest, new NetworkOptions(), new RandomStream(8));
        PlainNetworkFile.Write(folder.At("teacher.safetensors"), network);
    }

    /// <summary>Recipes in which every pair of values stands that some recipe allows: the best of some random ones, again and again.</summary>
    private IEnumerable<Dictionary<string, string>> Cover()
    {
        const int Candidates = 40;
        var random = new RandomStream(11);
        var covered = new HashSet<string>();
        for (var without = 0; without < 6;)
        {
            var best = Enumerable.Range(0, Candidates).Select(_ => Draw(random))
                .Where(IsAllowed).MaxBy(recipe => Pairs(recipe).Count(pair => !covered.Contains(pair)));
            var added = best is null ? 0 : Pairs(best).Count(covered.Add);
            without = added < 3 ? without + 1 : 0;
            if (added >= 3)
                yield return best!;
        }
    }

    private static Dictionary<string, string> Draw(RandomStream random)
    {
        var recipe = Options.ToDictionary(option => option.Key, option => option.Values[random.Next(option.Values.Length)]);
        if (recipe["rank.loss"] != "list-mle")
            return recipe;

        // So many options are refused beside it that chance would hardly find an allowed recipe.
        recipe["rank.source"] = "step";
        foreach (var key in (string[])["rank.bothSides", "rank.margin", "rank.gapWeighted", "rank.minimalPriorGap", "rank.minimalHammingDistance"])
            recipe[key] = Options.Single(option => option.Key == key).Values[0];
        return recipe;
    }

    private static IEnumerable<string> Pairs(Dictionary<string, string> recipe)
    {
        var values = recipe.Select(pair => $"{pair.Key}={pair.Value}").ToArray();
        return values.SelectMany((first, index) => values[(index + 1)..].Select(second => $"{first} {second}"));
    }

    private bool IsAllowed(Dictionary<string, string> recipe)
    {
        try
        {
            Open(recipe);
            return true;
        }
        catch (InputException e)
        {
            Assert.Contains("allowed is", e.Message, StringComparison.Ordinal);
            return false;
        }
    }
}
