using PriorNas.Files;
using PriorNas.Torch.Checkpoints;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Training;

namespace PriorNas.Torch.Runs;

/// <summary>Makes the folder of a new run under a temporary name, which it loses when all is there.</summary>
internal static class RunFolderCreation
{
    /// <summary>Makes the folder; of several processes that make it at once one gets it.</summary>
    /// <param name="path">The folder, which must not exist.</param>
    /// <param name="recipe">The run's recipe.</param>
    /// <param name="manifest">The run's manifest.</param>
    /// <param name="trainer">If it has weights of another run, they become the first checkpoint.</param>
    /// <returns>The folder's lock, held.</returns>
    /// <exception cref="InputException">Another process makes it, it cannot be made, or what stands under its temporary name is no left-over.</exception>
    internal static FileStream Create(string path, RecipeFile recipe, RunManifest manifest, SupernetTrainer? trainer)
    {
        var whole = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var partial = whole + WholeFile.TemporarySuffix;
        try
        {
            Directory.CreateDirectory(partial);
            var exclusive = RunFolder.Hold(partial);
            var isLeftover = false;
            try
            {
                RequireLeftover(partial, path);
                isLeftover = true;
                Fill(partial, recipe, manifest);
                if (trainer?.WarmStart is not null)
                    trainer.SaveTo(RunFolder.CheckpointPathIn(partial));
                return Move(partial, whole, exclusive);
            }
            catch
            {
                exclusive.Dispose();
                if (isLeftover && Directory.Exists(partial))
                    Directory.Delete(partial, recursive: true);
                throw;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"run folder '{path}' cannot be made: {e.Message}", e);
        }
    }

    /// <summary>
    /// Refuses a folder under the temporary name that holds more than an interrupted creation leaves: it may be a run that someone renamed.
    /// </summary>
    private static void RequireLeftover(string partial, string path)
    {
        string[] made = [RunFolder.LockName, RunFolder.RecipeName, RunFolder.SpaceFile, RunFolder.ManifestName, Path.GetRelativePath(partial, RunFolder.CheckpointPathIn(partial))];
        foreach (var entry in Directory.EnumerateFileSystemEntries(partial, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(partial, entry);
            var target = name.EndsWith(WholeFile.TemporarySuffix, StringComparison.Ordinal) ? name[..^WholeFile.TemporarySuffix.Length] : name;
            if (Directory.Exists(entry) ? name == RunFolder.CheckpointFolder : made.Contains(target) && (entry != RunFolder.CheckpointPathIn(partial) || IsOfStep0(entry)))
                continue;
            throw new InputException($"run folder '{path}' cannot be made: '{partial}', where it is made ready, holds '{name}', which is not left from an interrupted start; rename that folder, or give another --run.");
        }
    }

    /// <summary>Whether a checkpoint is the one that a warm start makes.</summary>
    private static bool IsOfStep0(string checkpoint)
    {
        try
        {
            return Checkpoint.StepOf(Checkpoint.Open(checkpoint), checkpoint) == 0;
        }
        catch (InputException)
        {
            return false;
        }
    }

    /// <summary>Writes a new run's files; what a killed process left in the folder is deleted.</summary>
    private static void Fill(string folder, RecipeFile recipe, RunManifest manifest)
    {
        foreach (var left in new DirectoryInfo(folder).GetFileSystemInfos().Where(entry => entry.Name != RunFolder.LockName))
        {
            if (left is DirectoryInfo directory)
                directory.Delete(recursive: true);
            else
                left.Delete();
        }

        Directory.CreateDirectory(Path.Combine(folder, RunFolder.CheckpointFolder));
        WholeFile.WriteText(Path.Combine(folder, RunFolder.RecipeName), StrictJson.Write(RunFolder.OfRun(recipe.Recipe)));
        WholeFile.WriteText(Path.Combine(folder, RunFolder.SpaceFile), recipe.Space.Declaration);
        WholeFile.WriteText(Path.Combine(folder, RunFolder.ManifestName), StrictJson.Write(manifest));
    }

    /// <summary>Gives a finished folder its name. On Unix the lock moves along; Windows moves no folder in which a file is open.</summary>
    private static FileStream Move(string partial, string whole, FileStream exclusive)
    {
        if (!OperatingSystem.IsWindows())
        {
            Directory.Move(partial, whole);
            return exclusive;
        }

        exclusive.Dispose();
        Directory.Move(partial, whole);
        return RunFolder.Hold(whole);
    }
}
