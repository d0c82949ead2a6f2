using System.Text.Json.Nodes;
using PriorNas.Ranking;

namespace PriorNas.Cli.Tests;

public sealed class PriorZenTest : IDisposable
{
    private const string Largest = "13331111111111111111111";
    private readonly SmallRun small = new();

    public void Dispose() => small.Dispose();

    [Fact]
    public async Task Lists_give_a_row_for_each_combination()
    {
        var answer = JsonNode.Parse(await CommandRun.Succeed([.. Zen("--sample", "5"), "--batch-size", "4,8", "--repeats", "1,2", "--shortcuts", "removed,kept", "--variance", "batch,running", "--json"]))!;
        Assert.Equal(("tiny", 8, 5), ((string)answer["space"]!, (int)answer["imageSize"]!, (int)answer["n"]!));
        var variants = answer["variants"]!.AsArray();
        Assert.Equal(16, variants.Count);
        Assert.Equal(16, variants.Select(v => $"{v!["prior"]} {v["batchSize"]} {v["repeats"]} {v["shortcuts"]} {v["variance"]}").Distinct().Count());
        Assert.All(variants, v =>
        {
            Assert.Equal((string)v!["shortcuts"]! == "kept" ? "zen-residual" : "zen", (string)v["prior"]!);
            Assert.Equal((int)v["repeats"]! == 1, v["standardError"] is null);
            Assert.True((double)v["secondsPerArchitecture"]! > 0);
            Assert.InRange((double)v["closedForm"]!["pearson"]!, 0.9, 1);
            Assert.InRange((double)v["closedForm"]!["kendall"]!, 0, 1);
            Assert.Null(v["truth"]);
        });
    }

    [Fact]
    public async Task Scores_of_a_list_are_written_for_correlate_and_compared_with_the_truth()
    {
        var list = small.Write("list.json", $$"""
            { "a": { "arch": "{{Largest}}", "acc": 0.9 }, "b": { "arch": "11114440000440000440000", "acc": 0.1 }, "c": { "arch": "12221111100111100111100", "acc": 0.5 } }
            """);
        var scores = small.At("scores.json");
        var table = await CommandRun.Succeed([.. Zen("--architectures", list), "--batch-size", "4", "--repeats", "1,2", "--truth", list, "--output", scores]);
        Assert.Contains("\nAgreement with the truth, 95 % intervals in brackets:\nvariant  ", table, StringComparison.Ordinal);
        Assert.Matches(@"\nzen  +4  +1  batch  +[\d.]+ +-  ", table);
        Assert.Matches(@"\nzen  +4  +2  batch  +[\d.]+ +[\d.]+  ", table);
        Assert.Matches(@"\nzen-4x2 .* 1\.000 \[", table);

        var entries = JsonNode.Parse(File.ReadAllText(scores))!.AsObject();
        Assert.Equal(["a", "b", "c"], entries.Select(e => e.Key));
        Assert.Equal(["arch", "zen-4x1", "zen", "zen-4x2", "zen-4x2-error"], entries["a"]!.AsObject().Select(e => e.Key));
        Assert.Contains("Kendall tau-b  1.0000", await CommandRun.Succeed("correlate", scores + ":zen-4x2", list), StringComparison.Ordinal);

        // The score of an architecture does not depend on the list that it is in.
        var one = JsonNode.Parse(await CommandRun.Succeed([.. Zen("--architecture", Largest), "--batch-size", "4", "--repeats", "2", "--json"]))!["variants"]![0]!;
        Assert.Equal((double)entries["a"]!["zen-4x2"]!, (double)one["score"]!);
        Assert.Equal((double)entries["a"]!["zen"]!, (double)one["closedForm"]!);
    }

    [Fact]
    public async Task Scores_in_csv_are_those_of_json_and_the_truth_may_be_csv_under_another_key()
    {
        var list = small.Write("list.csv", $"name,arch,true\na,{Largest},0.9\nb,11114440000440000440000,0.1\nc,12221111100111100111100,0.5\n");
        string[] zen = [.. Zen("--architectures", list), "--batch-size", "4", "--repeats", "1,2"];
        await CommandRun.Succeed([.. zen, "--output", small.At("scores.json")]);
        var answer = JsonNode.Parse(await CommandRun.Succeed([.. zen, "--output", small.At("scores.csv"), "--truth", list + ":true", "--json"]))!;
        Assert.StartsWith("name,arch,zen-4x1,zen,zen-4x2,zen-4x2-error\na,", File.ReadAllText(small.At("scores.csv")), StringComparison.Ordinal);
        foreach (var key in new[] { "zen-4x1", "zen-4x2-error", "zen" })
        {
            var (json, csv) = (ScoreFile.Read(small.At("scores.json"), key), ScoreFile.Read(small.At("scores.csv"), key));
            Assert.Equal(json.Names.Select(name => json[name]), csv.Names.Select(name => csv[name]));
        }

        Assert.All(answer["variants"]!.AsArray(), v => Assert.InRange((double)v!["truth"]!["kendall"]!["low"]!, -1, (double)v["truth"]!["kendall"]!["value"]!));
        Assert.Single(answer["variants"]!.AsArray(), v => v!["truth"]!["behindBest"] is null);
    }

    [Fact]
    public async Task One_architecture_is_shown_beside_its_closed_form()
    {
        var shown = await CommandRun.Succeed([.. Zen("--architecture", Largest), "--batch-size", "4", "--repeats", "1,3", "--variance", "running"]);
        Assert.Equal(4, shown.TrimEnd().Split('\n').Length);
        Assert.Matches(@"\nzen  +4  +3  running  +-?[\d.]+  +[\d.]+  +[\d.]+  +[\d.]+\n", shown);
        Assert.Equal(shown.Split('\n')[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[6], shown.Split('\n')[2].Split(' ', StringSplitOptions.RemoveEmptyEntries)[6]);
    }

    [Fact]
    public async Task What_cannot_be_used_is_refused()
    {
        await Refused("give one of --architectures LIST, --architecture CODE and --sample N.");
        await Refused("give one of --architectures LIST, --architecture CODE and --sample N.", "--sample", "3", "--architecture", Largest);
        await Refused("--sample is '1', allowed is a whole number from 2 to 1000000. See 'prior zen --help'.", "--sample", "1");
        await Refused("--batch-size holds '4x', whole numbers must stand there, separated by commas.", "--sample", "3", "--batch-size", "8,4x");
        await Refused("--shortcuts holds 'gone', allowed are removed and kept, separated by commas.", "--sample", "3", "--shortcuts", "gone");
        await Refused("--variance holds '', allowed are batch and running, separated by commas.", "--sample", "3", "--variance", "batch,");
        await Refused("sampled Zen-score: the number of repeats is 0, allowed is 1 to 1000000.", "--sample", "3", "--repeats", "1,0");
        await Refused("--truth goes with --architectures, whose names it must hold.", "--sample", "3", "--truth", "t.json");
        await Refused("--output goes with --architectures and --sample; one architecture's scores are printed.", "--architecture", Largest, "--output", small.At("o.json"));
        await Refused("--image-size is '7', allowed is a whole number from 8 to 1024. See 'prior zen --help'.", "--sample", "3", "--image-size", "7");
        await Refused("--threads is '0', allowed is a whole number from 1 to 1024. See 'prior zen --help'.", "--sample", "3", "--threads", "0");
        var list = small.Write("one.json", $$"""{ "a": { "arch": "{{Largest}}" } }""");
        await Refused($"architecture list '{list}' has 1 entry, at least 2 are needed to compare; give --architecture CODE for one.", "--architectures", list);
        var two = small.Write("two.json", $$"""{ "a": { "arch": "{{Largest}}" }, "b": { "arch": "{{Largest}}" } }""");
        var truth = small.Write("truth.json", """{ "a": { "acc": 1 }, "c": { "acc": 2 } }""");
        await Refused($"'{truth}' (acc) lacks 1 of the 2 architectures, the first is 'b'; it must hold all of them.", "--architectures", two, "--truth", truth);
    }

    private static string[] Zen(params string[] more) => ["prior", "zen", "--space", "tiny", .. more.Contains("--image-size") ? more : ["--image-size", "8", .. more]];

    private Task Refused(string message, params string[] more) => Refusal.Expect(small, message, Zen(more));
}
