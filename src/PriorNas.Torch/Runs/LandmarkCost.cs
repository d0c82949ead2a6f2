using PriorNas.Files;

namespace PriorNas.Torch.Runs;

/// <summary>What landmarks have cost, over all processes that trained some: the form of <c>cost.json</c>.</summary>
public sealed record LandmarkCost
{
    /// <summary>Networks that were trained to their end.</summary>
    public int Networks { get; init; }

    /// <summary>Epochs of these, added up.</summary>
    public long Epochs { get; init; }

    /// <summary>Seconds in which they were trained, on the clock; those of a network that was cut off are not in it.</summary>
    public double Seconds { get; init; }

    /// <summary>Reads what a run's folder says; nothing where it says nothing.</summary>
    /// <param name="run">The folder.</param>
    /// <exception cref="InputException">The file is damaged, or holds a number below 0.</exception>
    public static LandmarkCost Read(string run)
    {
        var path = RunFolder.CostPathIn(run);
        if (!File.Exists(path))
            return new LandmarkCost();
        var cost = StrictJson.ReadFile<LandmarkCost>(path, "cost of landmarks");
        return cost is { Networks: >= 0, Epochs: >= 0, Seconds: >= 0 }
            ? cost
            : throw new InputException($"cost of landmarks '{path}' holds a number below 0; restore or delete the file.");
    }

    /// <summary>Writes it into a run's folder.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Write(string run) => WholeFile.WriteText(RunFolder.CostPathIn(run), StrictJson.Write(this));

    /// <summary>This and the networks that a process has trained.</summary>
    /// <param name="progress">How far that process is.</param>
    /// <param name="epochs">Of each network.</param>
    public LandmarkCost Plus(StandAloneProgress progress, int epochs)
    {
        ArgumentNullException.ThrowIfNull(progress);
        return new LandmarkCost { Networks = Networks + progress.Measured, Epochs = Epochs + (long)progress.Measured * epochs, Seconds = Seconds + progress.Seconds };
    }
}
