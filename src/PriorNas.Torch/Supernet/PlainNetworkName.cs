using System.Globalization;
using System.Text.RegularExpressions;

namespace PriorNas.Torch.Supernet;

/// <summary>
/// The names under which torchvision and Paddle's vision models keep a ResNet, and those of <see cref="ElasticResNet"/>. Both call the parts alike;
/// a batch norm's statistics are <c>running_mean</c> and <c>running_var</c> in PyTorch, <c>_mean</c> and <c>_variance</c> in Paddle.
/// </summary>
internal static partial class PlainNetworkName
{
    private static readonly string[] Prefixes = ["module.", "model.", "backbone."];

    /// <summary>Whether a name is one that only Paddle writes. A file with such names keeps the head's weight as [in, out].</summary>
    internal static bool IsOfPaddle(string name) => name.EndsWith("._mean", StringComparison.Ordinal) || name.EndsWith("._variance", StringComparison.Ordinal);

    /// <summary>Whether a tensor counts the batches that a batch norm has seen; no network here has a counterpart for it.</summary>
    internal static bool IsBatchCounter(string name) => name.EndsWith(".num_batches_tracked", StringComparison.Ordinal);

    /// <summary>The name in <see cref="ElasticResNet"/>, or null where it is no part of a ResNet. Wrappers' prefixes are skipped.</summary>
    internal static string? ToSupernet(string name)
    {
        while (Array.Find(Prefixes, prefix => name.StartsWith(prefix, StringComparison.Ordinal)) is { } prefix)
            name = name[prefix.Length..];
        var match = Part().Match(name);
        if (!match.Success)
            return null;
        var field = match.Groups["field"].Value switch
        {
            "_mean" => "running_mean",
            "_variance" => "running_var",
            var same => same,
        };
        if (match.Groups["head"].Success)
            return field switch { "weight" => "headWeight", "bias" => "headBias", _ => null };
        if (match.Groups["stem"].Success)
            return $"{(match.Groups["stem"].ValueSpan.SequenceEqual("conv1") ? "stemConv" : "stemBn")}.{field}";
        var stage = int.Parse(match.Groups["stage"].ValueSpan, CultureInfo.InvariantCulture) - 1;
        return $"stages.{stage}.{match.Groups["block"].Value}." + (match.Groups["layer"].Value, field) switch
        {
            ("downsample.0", _) => $"projection.{field}",
            ("downsample.1", _) => $"projectionBn.{field}",
            ("inner" or "outer", "weight") => $"{match.Groups["layer"].Value}.slope",
            var (layer, _) => $"{layer}.{field}",
        };
    }

    [GeneratedRegex(@"^(?:(?<head>fc)|(?<stem>conv1|bn1)|layer(?<stage>[1-9]\d{0,3})\.(?<block>0|[1-9]\d{0,3})\.(?<layer>conv[123]|bn[123]|downsample\.[01]|inner|outer))\.(?<field>weight|bias|running_mean|running_var|_mean|_variance)\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Part();
}
