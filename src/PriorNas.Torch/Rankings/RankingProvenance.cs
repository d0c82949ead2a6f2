using PriorNas.Files;
using PriorNas.Torch.Evaluation;
using PriorNas.Torch.Recipes;
using PriorNas.Torch.Runs;

namespace PriorNas.Torch.Rankings;

/// <summary>All that the accuracy of an architecture inside a supernet depends on, beside the architecture.</summary>
/// <param name="Weights">SHA-256 of the checkpoint's file.</param>
/// <param name="Settings">How images are transformed and networks measured, as JSON, and the seed that chooses the images.</param>
/// <param name="Images">Fingerprint of the images.</param>
/// <param name="Machine">Where it is measured.</param>
public sealed record RankingProvenance(string Weights, string Settings, string Images, Machine Machine)
{
    /// <summary>Raised whenever the arithmetic of a measurement changes in a way that its last bits show.</summary>
    private const int Arithmetic = 2;

    /// <summary>Equal for measurements of the same bytes; a result is stored under it.</summary>
    public string Key => Sha256Text.Of($"{Weights}\n{Settings}\n{Images}\n{StrictJson.Write(Machine)}");

    internal static RankingProvenance Of(RunFolder run, string checkpoint, RunData data, EvaluationOptions options, EvaluationPrecision precision, FineTuneOptions? fineTuning, string order = "")
    {
        using var file = File.OpenRead(checkpoint);
        var settings = $"{StrictJson.Write(options)}{precision} {Arithmetic} {order}\n{StrictJson.Write(run.Recipe.Data)}{StrictJson.Write(run.Recipe.Network)}{run.Recipe.Seed}";
        if (fineTuning is not null)
            settings += $"\n{StrictJson.Write(fineTuning)}{StrictJson.Write(run.Recipe.Optimizer)}{StrictJson.Write(run.Recipe.Loss)}";
        return new RankingProvenance(Sha256Text.Of(file), settings, data.Fingerprint, Machine.Current);
    }

    /// <summary>What another measurement was made by or with that this one was not, beside the machine; empty where the results of both may stand in one table.</summary>
    public IEnumerable<string> DifferencesTo(RankingProvenance other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (Weights != other.Weights)
            yield return "the checkpoint";
        if (Settings != other.Settings)
            yield return "the settings of the evaluation";
        if (Images != other.Images)
            yield return "the images";
    }
}
