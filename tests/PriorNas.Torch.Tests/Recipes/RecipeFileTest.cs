using PriorNas.Files;
using PriorNas.Torch.Recipes;

namespace PriorNas.Torch.Tests.Recipes;

public class RecipeFileTest
{
    private const string Smallest = """{ "space": "tiny", "epochs": 3 }""";

    public static TheoryData<string, string> Faults => new()
    {
        { """{ "space": "tiny" }""", "recipe 'r': key 'epochs' is missing" },
        { """{ "space": "tiny", "epochs": 3, "optimiser": {} }""", "recipe 'r': unknown key 'optimiser', did you mean 'optimizer'? (allowed: checkpoint, classes, data, distillation, epochs, evaluation, imageSize, loss, network, optimizer, pretrained, rank, sampling, seed, space)" },
        { """{ "space": "tiny", "epochs": 3, "rank": { "pair": 1, "pior": "zen" } }""", "recipe 'r': unknown key 'rank.pair', did you mean 'pairs'? (allowed: bothSides, gapWeighted, loss, margin, minimalHammingDistance, minimalPriorGap, pairs, prior, schedule, source, weight, zenRepeats); unknown key 'rank.pior', did you mean 'prior'?" },
        { """{ "space": "tiny", "epochs": 0, "optimizer": { "momentum": 1 } }""", "recipe 'r': 'epochs' is 0, allowed is 1 to 100000; 'optimizer.momentum' is 1, allowed is 0 to below 1" },
        { """{ "space": "tiny", "epochs": 3, "rank": { "prior": "flop" } }""", "recipe 'r': 'rank.prior' is flop, allowed is flops, flops-paddle, params, params-paddle, depth, zen, zen-residual, zen-sampled, zen-residual-sampled, or a sum such as 0.5*flops+zen" },
        { """{ "space": "tiny", "epochs": 3, "rank": { "minimalHammingDistance": 20 } }""", "recipe 'r': 'rank.minimalHammingDistance' is 20, allowed is 0 to 19, the positions after the depths in space 'tiny'" },
        { """{ "space": "tiny", "epochs": 3, "checkpoint": { "keep": -1, "keepEvery": 4 } }""", "recipe 'r': 'checkpoint.keep' is -1, allowed is 0 (none beside the last) to 100000; 'checkpoint.keepEvery' is 4, allowed is 1 to the run's 3 epochs" },
        { """{ "space": "tiny", "epochs": 3, "network": { "outerActivation": "gelu" } }""", "recipe 'r': 'network.outerActivation' must be one of relu, prelu, swish, mish, selu." },
        { """{ "space": "tiny", "epochs": 3, "epochs": 4 }""", "recipe 'r' is not valid JSON: Duplicate property 'epochs' encountered during deserialization." },
        { """{ "space": "tiny", """, "recipe 'r' is not valid JSON at line 1, byte 20: Expected start of a property name or value, but instead reached end of data." },
        { """{ "space": "tinny", "epochs": 3 }""", "search space 'tinny' is unknown: it is neither a file nor one of resnet20-width, resnet48, resnet48-challenge, resnet50, tiny." },
        { """{ "space": "tiny", "epochs": 3, "imageSize": 224, "data": { "batchSize": 3567 } }""", "recipe 'r': 'data.batchSize' is 3567, allowed is 2 to 3566 images of 224 pixels (2 GiB)" },
        { """{ "space": "tiny", "epochs": 3, "imageSize": 224, "evaluation": { "calibrationImages": 3567 } }""", "recipe 'r': 'evaluation.calibrationImages' is 3567, allowed is at most 3566 images of 224 pixels in a batch (2 GiB); lower it or set 'evaluation.calibrationBatchSize'" },
        { """{ "space": "tiny", "epochs": 3, "imageSize": 224, "evaluation": { "calibrationImages": 9000, "calibrationBatchSize": 3567, "batchSize": 3567 } }""", "recipe 'r': 'evaluation.calibrationBatchSize' is 3567, allowed is at most 3566 images of 224 pixels in a batch (2 GiB); 'evaluation.batchSize' is 3567, allowed is at most 3566 images of 224 pixels in a batch (2 GiB)" },
        { """{ "space": "tiny", "epochs": 3, "network": { "dropPath": 1 } }""", "recipe 'r': 'network.dropPath' is 1, allowed is 0 to below 1" },
        { """{ "space": "tiny", "epochs": 3, "network": { "adapter": "cbam" } }""", "recipe 'r': 'network.adapter' must be one of none, mlp, se, bn-se." },
        { """{ "space": "tiny", "epochs": 3, "data": { "resolutions": [16, 7, 1025] } }""", "recipe 'r': 'data.resolutions' is [16, 7, 1025], allowed is 8 to 1024 pixels each" },
        { """{ "space": "tiny", "epochs": 3, "data": { "resolutions": [16, 224], "batchSize": 3567 } }""", "recipe 'r': 'data.batchSize' is 3567, allowed is 2 to 3566 images of 224 pixels (2 GiB)" },
        { "[]", "recipe 'r' must be a JSON object." },
        { """{ "$schema": 1, "space": "tiny", "epochs": 3 }""", "recipe 'r': '$schema' must be a text, the position of the file's JSON schema." },
        { """{ "space": "tiny", "epochs": 3, "rank": { "$schema": "x" } }""", "recipe 'r': unknown key 'rank.$schema' (allowed: bothSides, gapWeighted, loss, margin, minimalHammingDistance, minimalPriorGap, pairs, prior, schedule, source, weight, zenRepeats)" },
        { """{ "space": "tiny", "epochs": 0, "optimizer": { "warmUpEpochs": 2 } }""", "recipe 'r': 'epochs' is 0, allowed is 1 to 100000" },
        { """{ "space": "tiny", "epochs": 0, "optimizer": { "warmUpEpochs": -2 } }""", "recipe 'r': 'epochs' is 0, allowed is 1 to 100000; 'optimizer.warmUpEpochs' is -2, allowed is 0 to the run's epochs" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_faulty_recipe_is_refused_in_words(string json, string message)
    {
        var e = Assert.Throws<InputException>(() => RecipeFile.Read(json, "recipe 'r'", []));
        Assert.Equal(message, e.Message);
    }

    [Theory]
    [InlineData("optimizer.learningRate", "--set 'optimizer.learningRate' must have the form key=value, for example optimizer.learningRate=0.1.")]
    [InlineData("epochs.x=1", "--set 'epochs.x=1': 'epochs' is a value, not a group of values.")]
    [InlineData("rank.pairs=many", "recipe 'r': 'rank.pairs' must be a whole number.")]
    [InlineData("ranks.pairs=1", "recipe 'r': unknown key 'ranks', did you mean 'rank'? (allowed: checkpoint, classes, data, distillation, epochs, evaluation, imageSize, loss, network, optimizer, pretrained, rank, sampling, seed, space)")]
    public void A_faulty_setting_is_refused_in_words(string setting, string message)
    {
        var e = Assert.Throws<InputException>(() => RecipeFile.Read(Smallest, "recipe 'r'", [setting]));
        Assert.Equal(message, e.Message);
    }

    [Fact]
    public void Settings_change_values_and_explain_says_whence_each_comes()
    {
        var file = RecipeFile.Read(Smallest, "recipe 'r'", ["rank.prior=zen", "optimizer.learningRate=0.5", "data.mean=[0, 0, 0]", "classes=7"]);
        Assert.Equal(("zen", 0.5, 7), (file.Recipe.Rank.Prior, file.Recipe.Optimizer.LearningRate, file.Space.Classes));
        var origins = file.Explain().ToDictionary(v => v.Key, v => (v.Value, v.Origin));
        Assert.Equal(("3", "recipe"), origins["epochs"]);
        Assert.Equal(("\"zen\"", "--set"), origins["rank.prior"]);
        Assert.Equal(("4", "default"), origins["sampling.nets"]);
        Assert.Equal("--set", origins["data.mean"].Origin);
    }

    [Fact]
    public void The_key_that_editors_find_the_schema_by_changes_nothing()
    {
        var file = RecipeFile.Read("""{ "$schema": "recipe.schema.json", "space": "tiny", "epochs": 3 }""", "recipe 'r'", []);
        Assert.Equal(StrictJson.Write(RecipeFile.Read(Smallest, "recipe 'r'", []).Recipe), StrictJson.Write(file.Recipe));
        Assert.DoesNotContain(file.Explain(), value => value.Key.Contains("schema", StringComparison.Ordinal));
    }

    /// <summary>Of the largest batch, whose tensor has 4 bytes for each of 3 x 224 x 224 values, and of larger ones that no pass makes.</summary>
    [Theory]
    [InlineData("data.batchSize=3566", "evaluation.calibrationImages=3566", "evaluation.batchSize=3566")]
    [InlineData("evaluation.calibrationImages=9000", "evaluation.calibrationBatchSize=3566")]
    [InlineData("evaluation.calibrationImages=3566", "evaluation.calibrationBatchSize=9000", "evaluation.validationImages=3566", "evaluation.batchSize=9000")]
    public void Batches_of_up_to_2_GiB_are_read(params string[] settings) => RecipeFile.Read(Smallest, "recipe 'r'", ["imageSize=224", .. settings]);

    [Fact]
    public void A_recipe_written_out_reads_back_as_the_same()
    {
        var recipe = RecipeFile.Read(Smallest, "recipe 'r'", ["rank.pairs=2"]).Recipe;
        var json = StrictJson.Write(recipe);
        Assert.Equal(json, StrictJson.Write(RecipeFile.Read(json, "recipe 'again'", []).Recipe));
    }
}
