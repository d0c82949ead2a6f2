using PriorNas.Files;
using PriorNas.Torch.Checkpoints;

namespace PriorNas.Torch.Runs;

/// <summary>
/// A trained supernet as a folder to hand on: recipe, space, manifest and one checkpoint without the state of training. It is ranked by as any
/// run is; training does not continue from it, but may start with its weights.
/// </summary>
public static class PublishedRun
{
    /// <summary>What using the folder leaves there, which is nobody else's.</summary>
    private const string Ignored = "lock\nresults.sqlite*\n";

    /// <summary>Writes the folder, whole or not at all.</summary>
    /// <param name="run">A trained run.</param>
    /// <param name="checkpoint">Its checkpoint, see <see cref="RunFolder.FindCheckpoint"/>.</param>
    /// <param name="target">The folder, which must not exist.</param>
    /// <returns>Bytes of the checkpoint.</returns>
    /// <exception cref="InputException">The folder exists or cannot be made, or the checkpoint is missing or damaged.</exception>
    public static long Write(RunFolder run, string checkpoint, string target)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (Directory.Exists(target) || File.Exists(target))
            throw new InputException($"folder '{target}' exists already; give another --output.");
        var weights = run.FindCheckpoint(checkpoint);
        var whole = Path.TrimEndingDirectorySeparator(Path.GetFullPath(target));
        var partial = whole + WholeFile.TemporarySuffix;
        try
        {
            if (Directory.Exists(partial))
                throw new InputException($"folder '{target}' cannot be made: '{partial}', where it is made ready, exists; delete it if nothing else uses it.");
            Directory.CreateDirectory(Path.Combine(partial, RunFolder.CheckpointFolder));
            try
            {
                File.WriteAllText(Path.Combine(partial, ".gitignore"), Ignored);
                foreach (var name in (string[])[RunFolder.RecipeName, RunFolder.SpaceFile])
                    File.Copy(Path.Combine(run.Location, name), Path.Combine(partial, name));
                WholeFile.WriteText(Path.Combine(partial, RunFolder.ManifestName), StrictJson.Write(Anywhere(run.Manifest)));
                Checkpoint.SavePublished(weights, RunFolder.CheckpointPathIn(partial));
                Directory.Move(partial, whole);
            }
            catch
            {
                if (Directory.Exists(partial))
                    Directory.Delete(partial, recursive: true);
                throw;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"folder '{target}' cannot be made: {e.Message}", e);
        }

        return new FileInfo(RunFolder.CheckpointPathIn(whole)).Length;
    }

    /// <summary>Without the locations of files on the machine that trained it.</summary>
    private static RunManifest Anywhere(RunManifest manifest) => manifest with
    {
        DataFolder = null,
        WarmStart = manifest.WarmStart is { } start ? start with { Source = Path.GetFileName(start.Source) } : null,
    };
}
