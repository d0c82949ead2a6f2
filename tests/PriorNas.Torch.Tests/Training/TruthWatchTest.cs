using PriorNas.Files;
using PriorNas.Torch.Training;

namespace PriorNas.Torch.Tests.Training;

public sealed class TruthWatchTest : IDisposable
{
    private const string Largest = "13331111111111111111111";
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_file_is_read_with_its_name_and_hash()
    {
        var path = Write("t.csv", $"name,arch,acc,top5\na,{Largest},0.5,0.9\nb,11114440000440000440000,0.25,0.8\n");
        var watch = TruthWatch.Open(path, "top5", TestSpaces.Tiny, every: 3, images: 7);
        Assert.Equal([0.9, 0.8], watch.Accuracies);
        Assert.Equal([TestSpaces.Tiny.Parse(Largest), TestSpaces.Tiny.Parse("11114440000440000440000")], watch.Architectures.Select(entry => entry.Architecture));
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)));
        Assert.Equal(new TruthSource { File = "t.csv", Key = "top5", Sha256 = hash, Architectures = 2 }, watch.Source);
        Assert.Equal((3, 7), (watch.Every, watch.Images));
    }

    [Fact]
    public void What_cannot_be_compared_with_is_refused_in_words()
    {
        Refuse("none.json", null, "stand-alone accuracies 'PATH' cannot be read: Could not find file 'PATH'.");
        Refuse("a.json", """{ "a": { "arch": "1", "acc": 1 } }""", "architecture list 'PATH': 'a': architecture '1' is not of space 'tiny': it has 1 characters, a code of this space has 23");
        Refuse("b.json", "{ \"a\": { \"arch\": \"" + Largest + "\", \"top1\": 1 } }", "score file 'PATH': entry 'a' has no 'acc', it has top1.");
        Refuse("c.json", "{ \"a\": { \"arch\": \"" + Largest + "\", \"acc\": 1 } }", "'PATH' (acc) has 1 entries, at least 2 are needed to compare.");
        Refuse(
            "d.csv",
            $"name,arch,acc\na,{Largest},0.5\nb,11114440000440000440000,0.5\n",
            "'PATH' (acc) is 0.5 for all 2 architectures, so that no ranking can be compared with it; give accuracies that differ.");
    }

    private void Refuse(string name, string? text, string message)
    {
        var path = text is null ? folder.At(name) : Write(name, text);
        Assert.Equal(message.Replace("PATH", path, StringComparison.Ordinal), Assert.Throws<InputException>(() => TruthWatch.Open(path, "acc", TestSpaces.Tiny)).Message);
    }

    private string Write(string name, string text)
    {
        File.WriteAllText(folder.At(name), text);
        return folder.At(name);
    }
}
