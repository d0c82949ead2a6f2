using System.Globalization;
using PriorNas.Torch.Recipes;

namespace PriorNas.Torch.Checkpoints;

/// <summary>The checkpoints of some last epochs, beside the last one of all: <c>epoch-0003.safetensors</c>.</summary>
/// <param name="folder">Where checkpoints are written.</param>
/// <param name="options">How many are kept, and of which epochs.</param>
internal sealed class KeptCheckpoints(string folder, CheckpointOptions options)
{
    private const string Prefix = "epoch-";
    private const string Suffix = ".safetensors";

    /// <summary>The most of them that lie in the folder at once: the oldest goes when the newest is there.</summary>
    /// <param name="options">How many are kept, and of which epochs.</param>
    /// <param name="epochs">Of the whole run.</param>
    internal static int MaxCount(CheckpointOptions options, int epochs) => options.Keep == 0 ? 0 : Math.Min(options.Keep + 1, epochs / options.KeepEvery);

    /// <summary>The file of an epoch, 1-based; null if that epoch is not kept.</summary>
    internal string? PathOf(int epoch) => options.Keep > 0 && epoch % options.KeepEvery == 0
        ? Path.Combine(folder, NameOf(epoch) + Suffix)
        : null;

    /// <summary>What the checkpoint of an epoch, 1-based, is called.</summary>
    internal static string NameOf(int epoch) => FormattableString.Invariant($"{Prefix}{epoch:D4}");

    /// <summary>Deletes all but the newest; those of later epochs, which a run that was set back may have, are not counted and stay.</summary>
    /// <param name="epoch">The newest, whose file is complete.</param>
    internal void DeleteOlderThan(int epoch)
    {
        foreach (var file in UpTo(epoch).Skip(options.Keep))
            File.Delete(file);
    }

    /// <summary>The files of an epoch and of those before it, the newest first.</summary>
    internal IEnumerable<string> UpTo(int epoch) => Directory.EnumerateFiles(folder, $"{Prefix}*{Suffix}")
        .Select(file => (File: file, Epoch: EpochOf(file)))
        .Where(kept => kept.Epoch <= epoch)
        .OrderByDescending(kept => kept.Epoch)
        .Select(kept => kept.File);

    /// <summary>The epoch in a file's name; one beyond all where it holds no number, so that a stranger's file stays.</summary>
    private static int EpochOf(string file) =>
        int.TryParse(Path.GetFileNameWithoutExtension(file).AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var epoch) ? epoch : int.MaxValue;
}
