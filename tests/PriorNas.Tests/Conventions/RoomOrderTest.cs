using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace PriorNas.Tests.Conventions;

/// <summary>Data flows one way: a room, which is a folder with its namespace, uses only rooms above it in these lists.</summary>
public partial class RoomOrderTest
{
    private static readonly string[] Core = ["Files", "Randomness", "SearchSpaces", "Priors", "Sampling", "Ranking"];
    private static readonly string[] Torch = ["Native", "Interchange", "Data", "Supernet", "Priors", "Evaluation", "Training", "Runs"];

    [Fact]
    public void Rooms_use_only_rooms_above_them()
    {
        Assert.Empty(Violations("PriorNas", Core).Concat(Violations("PriorNas.Torch", Torch)));
    }

    [Fact]
    public void Every_folder_is_a_room_of_the_list()
    {
        Assert.Equal(Core.Order(), Rooms("PriorNas"));
        Assert.Equal(Torch.Order(), Rooms("PriorNas.Torch"));
    }

    [Fact]
    public void Only_the_torch_rooms_use_TorchSharp()
    {
        Assert.DoesNotContain(Sources("PriorNas"), file => File.ReadAllText(file).Contains("TorchSharp.", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Violations(string project, string[] order)
    {
        foreach (var file in Sources(project))
        {
            var room = Array.IndexOf(order, Path.GetRelativePath(Folder(project), file).Split(Path.DirectorySeparatorChar)[0]);
            foreach (var used in Uses().Matches(File.ReadAllText(file)).Where(m => m.Groups["project"].Value == project).Select(m => m.Groups["room"].Value))
            {
                if (Array.IndexOf(order, used) > room)
                    yield return $"{file} uses {used}";
            }
        }
    }

    /// <summary>In a using or in a qualified name.</summary>
    [GeneratedRegex(@"\b(?<project>PriorNas(\.Torch)?)\.(?!Torch\b)(?<room>\w+)")]
    private static partial Regex Uses();

    private static IEnumerable<string> Rooms(string project) => Directory.GetDirectories(Folder(project)).Select(f => Path.GetFileName(f)).Where(n => n is not ("bin" or "obj")).Order();

    private static string[] Sources(string project) => Directory.GetFiles(Folder(project), "*.cs", SearchOption.AllDirectories);

    private static string Folder(string project, [CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", "..", "src", project));
}
