using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace PriorNas.Tests.Conventions;

/// <summary>Data flows one way: a room, which is a folder with its namespace, uses only rooms above it in these lists.</summary>
public partial class RoomOrderTest
{
    private static readonly Dictionary<string, string[]> Rooms = new()
    {
        ["PriorNas"] = ["Files", "Randomness", "SearchSpaces", "Priors", "Sampling", "Ranking"],
        ["PriorNas.Torch"] =
        [
            "Native", "Interchange", "Data", "Supernet", "Priors", "Evaluation", "Recipes", "Losses", "Checkpoints", "Training", "Runs", "Rankings", "Ablations",
        ],
        ["PriorNas.Cli"] = ["Arguments", "Display", "Diagnosis", "Commands"],
    };

    public static TheoryData<string> Projects => [.. Rooms.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Rooms_use_only_rooms_above_them(string project)
    {
        var typesOf = Rooms[project].ToDictionary(room => room, room => Sources(Path.Combine(project, room)).SelectMany(file => Types().Matches(File.ReadAllText(file)).Select(m => m.Groups[1].Value)).ToHashSet());
        Assert.All(typesOf, room => Assert.NotEmpty(room.Value));
        Assert.Empty(Rooms[project].SelectMany((room, index) => Sources(Path.Combine(project, room)).SelectMany(file => Used(project, typesOf, File.ReadAllText(file)).Where(used => Array.IndexOf(Rooms[project], used) > index).Distinct().Select(used => $"{file} uses {used}"))));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Every_folder_is_a_room_of_the_list(string project)
    {
        var folders = Directory.GetDirectories(Folder(project)).Select(Path.GetFileName).Where(name => name is not ("bin" or "obj"));
        Assert.Equal(Rooms[project].Order(), folders.Order());
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_namespace_is_its_folder(string project)
    {
        Assert.All(Sources(project).Where(file => Namespace().IsMatch(File.ReadAllText(file))), file => Assert.Equal(
            Path.GetRelativePath(Folder(""), Path.GetDirectoryName(file)!).Replace(Path.DirectorySeparatorChar, '.'),
            Namespace().Match(File.ReadAllText(file)).Groups[1].Value));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void No_folder_has_more_than_a_reader_can_take_in(string project)
    {
        const int MaxFiles = 26;
        Assert.All(Sources(project).GroupBy(Path.GetDirectoryName), folder => Assert.InRange(folder.Count(), 1, MaxFiles));
    }

    [Fact]
    public void Only_the_torch_rooms_use_TorchSharp()
    {
        Assert.DoesNotContain(Sources("PriorNas"), file => File.ReadAllText(file).Contains("TorchSharp.", StringComparison.Ordinal));
    }

    /// <summary>The rooms that a file names: in a using, in a qualified name, or relative to its own project.</summary>
    private static IEnumerable<string> Used(string project, Dictionary<string, HashSet<string>> typesOf, string text)
    {
        var qualified = Regex.Matches(text, $@"\b{Regex.Escape(project)}\.(\w+)").Select(m => m.Groups[1].Value).Where(typesOf.ContainsKey);
        var relative = Relative().Matches(text).Where(m => typesOf.TryGetValue(m.Groups[1].Value, out var types) && types.Contains(m.Groups[2].Value)).Select(m => m.Groups[1].Value);
        return qualified.Concat(relative);
    }

    [GeneratedRegex(@"(?<![\w.])(\w+)\.(?:\w+\.)?(\w+)")]
    private static partial Regex Relative();

    [GeneratedRegex(@"^(?:public|internal) (?:static |sealed |abstract |partial |readonly )*(?:class|record struct|record|struct|enum|interface) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Types();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    private static string[] Sources(string folder) =>
        [.. Directory.GetFiles(Folder(folder), "*.cs", SearchOption.AllDirectories).Where(file => !Path.GetRelativePath(Folder(folder), file).StartsWith("obj", StringComparison.Ordinal))];

    private static string Folder(string name, [CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", "..", "src", name));
}
