using PriorNas.Files;
using PriorNas.Torch.Checkpoints;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Runs;

namespace PriorNas.Torch.Ablations;

/// <summary>The run folder of one training of an ablation, with its outcome. Another process may work in it.</summary>
/// <param name="path">The folder, which need not exist.</param>
/// <param name="file">The training's recipe.</param>
internal sealed class AblationFolder(string path, RecipeFile file)
{
    private string OutcomePath => Path.Combine(path, "outcome.json");

    /// <summary>The folder.</summary>
    internal string Location => path;

    /// <summary>The training's recipe.</summary>
    internal RecipeFile File => file;

    /// <summary>Whether the training has started.</summary>
    internal bool Exists => Directory.Exists(path);

    /// <summary>The right to work on the training; null while another process has it.</summary>
    /// <exception cref="InputException">The folder of the ablation cannot be written.</exception>
    internal FileStream? Claim() => FileLock.TryTake(path + ".lock");

    /// <summary>What came of the training; null where it has not ended.</summary>
    /// <exception cref="InputException">The file is damaged.</exception>
    internal AblationOutcome? Outcome() => System.IO.File.Exists(OutcomePath) ? StrictJson.ReadFile<AblationOutcome>(OutcomePath, "outcome") : null;

    internal AblationOutcome Keep(AblationOutcome outcome)
    {
        WholeFile.WriteText(OutcomePath, StrictJson.Write(outcome));
        return outcome;
    }

    /// <summary>Refuses a training that another recipe made, or that started with other weights: a table must not mix them.</summary>
    /// <param name="source">Where the weights come from; null where they are random.</param>
    /// <param name="sha256">Identifies them.</param>
    /// <exception cref="InputException">There is no such training in the folder, or a file of it is damaged.</exception>
    internal void RequireSameStart(string? source, string? sha256)
    {
        var began = RunFolder.ManifestOf(path).WarmStart;
        RunFolder.RequireRecipe(path, file);
        if (began?.Sha256 != sha256)
            throw new InputException($"training '{path}' started with {Describe(began?.Source, began?.Sha256)}, not with {Describe(source, sha256)}; give the same --warm-start, or another --run.");

        static string Describe(string? source, string? sha256) => sha256 is null ? "random weights" : $"'{source}' (sha256 {sha256[..12]})";
    }

    /// <summary>Refuses a training by another machine, with other images or by another teacher, and one that ended so.</summary>
    /// <param name="machine">The present one.</param>
    /// <param name="dataFingerprint">Identifies the present images.</param>
    /// <exception cref="InputException">Something differs; the message names all of it.</exception>
    internal void RequireSame(Machine machine, string dataFingerprint)
    {
        var began = RunFolder.ManifestOf(path);
        var ended = Outcome() is { } outcome ? began with { Machine = outcome.Machine ?? began.Machine, DataFingerprint = outcome.DataFingerprint ?? began.DataFingerprint } : began;
        string[] differences = [.. began.DifferencesTo(machine, dataFingerprint, file.Recipe.Distillation).Union(ended.DifferencesTo(machine, dataFingerprint, file.Recipe.Distillation))];
        if (differences.Length > 0)
            throw new InputException($"training '{path}' was made with {string.Join("; ", differences)}. A table would mix them; restore what differs, give another --run, or --accept-differences.");
    }

    /// <summary>Makes sure that a training which has no outcome yet can continue.</summary>
    /// <exception cref="InputException">Its checkpoint is damaged, or the weights that it started with are gone.</exception>
    internal void RequireResumable()
    {
        var checkpoint = RunFolder.CheckpointPathIn(path);
        if (RunFolder.HasCheckpoint(path, RunFolder.ManifestOf(path)))
            Checkpoint.StepOf(Checkpoint.Open(checkpoint), checkpoint);
    }
}
