using System.Reflection;
using System.Runtime.InteropServices;
using PriorNas.Torch.Checkpoints;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Training;

namespace PriorNas.Torch.Runs;

/// <summary>What a run folder holds.</summary>
public enum RunKind
{
    /// <summary>A supernet and what was ranked by it.</summary>
    Supernet,

    /// <summary>Networks trained alone.</summary>
    StandAlone,
}

/// <summary>What a run was made with, beside its recipe: the form of <c>manifest.json</c>.</summary>
public sealed record RunManifest
{
    /// <summary>What the folder holds.</summary>
    public RunKind Kind { get; init; } = RunKind.Supernet;

    /// <summary>Version of this program.</summary>
    public required string Version { get; init; }

    /// <summary>When the run was created, UTC.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Version of .NET.</summary>
    public required string Runtime { get; init; }

    /// <summary>Name and version of the operating system.</summary>
    public required string OperatingSystem { get; init; }

    /// <summary>Thread count, processor and tensor library.</summary>
    public required Machine Machine { get; init; }

    /// <summary>The data folder, or null for the embedded images.</summary>
    public string? DataFolder { get; init; }

    /// <summary>Identifies the images: number, classes, file names, labels and content.</summary>
    public required string DataFingerprint { get; init; }

    /// <summary>Where the first weights come from, or null where they are random.</summary>
    public WarmStart? WarmStart { get; init; }

    /// <summary>The SHA-256 of the external teacher's file; null where the recipe has none.</summary>
    public string? TeacherSha256 { get; init; }

    /// <summary>The stand-alone accuracies that the supernet was compared with while it was trained; null where there were none.</summary>
    public TruthSource? Truth { get; init; }

    /// <summary>Images that could not be decoded and were left out, as <c>data.skipBroken</c> asks.</summary>
    public int SkippedImages { get; init; }

    /// <summary>What has become another since the run was made, in words; empty where it would end with the same bytes.</summary>
    /// <param name="machine">The present one.</param>
    /// <param name="dataFingerprint">Identifies the present images.</param>
    /// <param name="distillation">Of the run's recipe: says where the teacher lies.</param>
    /// <exception cref="Files.InputException">The run has a teacher, whose file cannot be read.</exception>
    internal IEnumerable<string> DifferencesTo(Machine machine, string dataFingerprint, DistillationOptions distillation)
    {
        foreach (var difference in Machine.DifferencesTo(machine))
            yield return difference;
        if (DataFingerprint != dataFingerprint)
            yield return $"data {DataFingerprint}, now {dataFingerprint}";
        if (TeacherSha256 is { } teacher && ExternalTeacher.HashOf(distillation) is var present && present != teacher)
            yield return $"teacher {teacher[..12]}, now {present?[..12]}";
    }

    /// <summary>The manifest of a run that starts now, in this process.</summary>
    internal static RunManifest Of(RunData data, RunKind kind) => new()
    {
        Kind = kind,
        Version = typeof(RunManifest).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion,
        Created = DateTimeOffset.UtcNow,
        Runtime = RuntimeInformation.FrameworkDescription,
        OperatingSystem = RuntimeInformation.OSDescription,
        Machine = Machine.Current,
        DataFolder = data.Folder,
        DataFingerprint = data.Fingerprint,
        SkippedImages = data.Skipped.Count,
    };
}
