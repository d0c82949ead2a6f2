using System.Reflection;
using System.Runtime.InteropServices;
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

    /// <summary>Images that could not be decoded and were left out, as <c>data.skipBroken</c> asks.</summary>
    public int SkippedImages { get; init; }

    /// <summary>The manifest of a run that begins now, in this process.</summary>
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
