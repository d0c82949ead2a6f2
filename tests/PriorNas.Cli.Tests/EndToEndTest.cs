using System.Text.Json;

namespace PriorNas.Cli.Tests;

public sealed class EndToEndTest : IDisposable
{
    private readonly SmallRun small = new();

    public void Dispose() => small.Dispose();

    [Fact]
    public async Task Train_rank_prior_and_correlate_work_on_one_another()
    {
        var list = small.WriteList(5);
        var trained = await CommandRun.Succeed(SmallRun.TrainArguments(small.Run));
        Assert.Contains("epoch 3: validation top-1 largest", trained, StringComparison.Ordinal);
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(small.Run, "events")));

        await CommandRun.Succeed("rank", small.Run, "--architectures", list, "--output", small.At("ranked.json"));
        using var ranked = JsonDocument.Parse(File.ReadAllText(small.At("ranked.json")));
        Assert.Equal(["arch1", "arch2", "arch3", "arch4", "arch5"], ranked.RootElement.EnumerateObject().Select(p => p.Name));
        Assert.All(ranked.RootElement.EnumerateObject(), p => Assert.InRange(p.Value.GetProperty("acc_top5").GetDouble(), p.Value.GetProperty("acc").GetDouble(), 1));

        await CommandRun.Succeed("prior", "--space", "tiny", "--architectures", list, "--prior", "flops,zen", "--output", small.At("priors.json"));
        var text = await CommandRun.Succeed("correlate", small.At("ranked.json"), small.At("priors.json:flops"));
        Assert.StartsWith($"compared by     '{small.At("ranked.json")}' (score)\narchitectures  5", text.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        using var answer = JsonDocument.Parse(await CommandRun.Succeed("correlate", small.At("priors.json:zen"), small.At("priors.json:zen"), "--json"));
        Assert.Equal(5, answer.RootElement.GetProperty("n").GetInt32());
        Assert.Equal(1, answer.RootElement.GetProperty("kendall").GetProperty("value").GetDouble());

        var before = File.ReadAllBytes(small.At("ranked.json"));
        await CommandRun.Succeed("rank", small.Run, "--architectures", list, "--output", small.At("ranked.json"));
        Assert.Equal(before, File.ReadAllBytes(small.At("ranked.json")));
    }

    [Fact]
    public async Task The_demo_does_the_whole_job()
    {
        var output = await CommandRun.Succeed(["demo", "--run", small.Run, .. SmallRun.Settings]);
        Assert.Contains("2. Ranking 64 architectures, whose true accuracies are known", output, StringComparison.Ordinal);
        Assert.Contains("\n   supernet        ", output, StringComparison.Ordinal);
        Assert.Contains("\n     by its loss   ", output, StringComparison.Ordinal);
        Assert.Contains("\n   zen-residual    ", output, StringComparison.Ordinal);
        Assert.Contains("How far one agrees with the other: Pearson ", output, StringComparison.Ordinal);
        Assert.Contains("   Supernet's tau-b minus that of ", output, StringComparison.Ordinal);
        Assert.Contains($"Everything is in {small.Run}", output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(small.Run, "results.sqlite")));
    }

    [Fact]
    public async Task The_demo_answers_in_JSON()
    {
        var run = await CommandRun.Of(["demo", "--json", "--seed", "3", "--run", small.Run, .. SmallRun.Settings, "--set", "epochs=1", .. SmallRun.Light]);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("1. Training a supernet", run.Error, StringComparison.Ordinal);
        using var answer = JsonDocument.Parse(run.Output);
        Assert.Equal(64, answer.RootElement.GetProperty("n").GetInt32());
        var rankings = answer.RootElement.GetProperty("rankings").EnumerateArray().ToArray();
        Assert.Equal(["supernet", "supernet-loss"], rankings[..2].Select(r => r.GetProperty("name").GetString()));
        Assert.Equal(
            ["depth", "flops", "flops-paddle", "params", "params-paddle", "zen", "zen-residual"], rankings[2..].Select(r => r.GetProperty("name").GetString()).Order(StringComparer.Ordinal));
        Assert.Equal(answer.RootElement.GetProperty("bestPrior").GetString(), rankings[2].GetProperty("name").GetString());
        var seeds = answer.RootElement.GetProperty("truthSeeds").GetProperty("kendall");
        Assert.InRange(seeds.GetProperty("low").GetDouble(), -1, seeds.GetProperty("value").GetDouble());
        Assert.All(rankings.Skip(1), r => Assert.InRange(r.GetProperty("pearson").GetProperty("low").GetDouble(), -1, r.GetProperty("pearson").GetProperty("value").GetDouble()));
        var ahead = answer.RootElement.GetProperty("supernetAheadOfBestPrior").GetProperty("kendall");
        Assert.Equal(ahead.GetProperty("low").GetDouble() > 0 || ahead.GetProperty("high").GetDouble() < 0, ahead.GetProperty("decided").GetBoolean());
        var recipe = JsonDocument.Parse(File.ReadAllText(Path.Combine(small.Run, "recipe.json")));
        Assert.Equal(3, recipe.RootElement.GetProperty("seed").GetInt32());
    }

    [Fact]
    public async Task A_prior_of_one_architecture_is_printed()
    {
        var output = await CommandRun.Succeed("prior", "--space", "resnet48", "--architecture", "1344415151510000231363730061617171000000002252727200", "--prior", "flops-paddle,params-paddle");
        Assert.Equal(
            "flops-paddle        2,566,305,280  FLOPs as paddle.flops counts them\n"
            + "params-paddle          17,992,648  parameters with batch-norm statistics, as the challenge's reference counts them\n",
            output.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task Every_recipe_of_the_repository_is_valid()
    {
        foreach (var recipe in Directory.GetFiles(Path.Combine(CommandRun.RepositoryRoot, "recipes"), "*.json"))
            Assert.Contains("optimizer.learningRate", await CommandRun.Succeed("train", recipe, "--explain"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_command_is_in_the_help()
    {
        var help = await CommandRun.Succeed("--help");
        Assert.All(["demo", "train", "rank", "prior", "correlate", "train-alone", "extract"], name => Assert.Contains($"  {name} ", help, StringComparison.Ordinal));
    }
}
