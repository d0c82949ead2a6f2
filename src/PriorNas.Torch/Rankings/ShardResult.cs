using PriorNas.SearchSpaces;
using PriorNas.Torch.Evaluation;

namespace PriorNas.Torch.Rankings;

/// <summary>A result of a shard.</summary>
/// <param name="Index">Its position in the list, 0-based.</param>
/// <param name="Name">Its name in the list.</param>
/// <param name="Arch">Its code as it stands in the list.</param>
/// <param name="Images">Images evaluated.</param>
/// <param name="Top1Correct">Of these, right by the highest score.</param>
/// <param name="Top5Correct">Of these, right by one of the five highest.</param>
/// <param name="Groups">
/// Base64 of the sums over 20 interleaved groups of the images, see <see cref="ImageGroups"/>: of each group the number of images and of right
/// answers as int32, the sums of cross-entropies and of margins as float64, little-endian.
/// </param>
public sealed record ShardResult(int Index, string Name, string Arch, int Images, int Top1Correct, int Top5Correct, string Groups)
{
    /// <summary>The result.</summary>
    /// <returns>Null if <see cref="Groups"/> is not the text of groups.</returns>
    public EvaluationResult? Read()
    {
        var bytes = new byte[ImageGroups.ByteCount];
        return Convert.TryFromBase64String(Groups, bytes, out var length) && ImageGroups.OfBytes(bytes.AsSpan(0, length)) is { } groups
            ? new EvaluationResult(Images, Top1Correct, Top5Correct, groups.Halves.Even.Top1Correct, groups)
            : null;
    }

    /// <exception cref="ArgumentException">The result has no groups of images.</exception>
    internal static ShardResult Of(int index, ListedArchitecture entry, EvaluationResult result) => result.Groups is { } groups
        ? new(index, entry.Name, entry.Code, result.Images, result.Top1Correct, result.Top5Correct, Convert.ToBase64String(groups.ToBytes()))
        : throw new ArgumentException($"The result of '{entry.Name}' has no groups of images.", nameof(result));

    /// <summary>The result as text for messages.</summary>
    internal string Describe() =>
        Read() is { } result ? $"{result}" : $"its groups of images are not {ImageGroups.ByteCount} bytes in base64";
}
