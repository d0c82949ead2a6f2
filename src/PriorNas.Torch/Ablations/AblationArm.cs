using System.Collections.Immutable;
using PriorNas.Files;

namespace PriorNas.Torch.Ablations;

/// <summary>One recipe of an ablation: what it changes in the recipe that all share.</summary>
/// <param name="Name">For example <c>rank.prior=zen, rank.pairs=2</c>; unique in its ablation.</param>
/// <param name="Settings">The changes, each <c>key=value</c>.</param>
/// <param name="IsBaseline">Whether it is the recipe that the others are compared with.</param>
public sealed record AblationArm(string Name, ImmutableArray<string> Settings, bool IsBaseline)
{
    /// <summary>Leaves room for endings in the 255 bytes that file systems allow a name.</summary>
    private const int MaxNameLength = 100;

    /// <summary>Names its folder: of the baseline always the same, so that a grid may grow; else the name where it can stand there, else a part of it and its SHA-256.</summary>
    public string FolderName
    {
        get
        {
            if (IsBaseline)
                return "baseline";
            var plain = string.Concat(Name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '=' or ',' or '-' or '_' or '+' ? c : c == ' ' ? '_' : '-'));
            return plain == Name.Replace(' ', '_') && plain.Length <= MaxNameLength && plain[0] != '.'
                ? plain
                : $"arm-{plain[..Math.Min(plain.Length, MaxNameLength)]}-{Sha256Text.Of(Name)[..12]}";
        }
    }
}
