using System.Globalization;
using PriorNas.Files;
using PriorNas.Ranking;
using PriorNas.Torch.Checkpoints;
using PriorNas.Torch.Training;

namespace PriorNas.Torch.Runs;

/// <summary>
/// The course of a supernet's agreement with stand-alone accuracies over its epochs, as a table that is written whole after each
/// measurement: a row is named as the checkpoint of its epoch is. An undefined number is an empty field.
/// </summary>
internal sealed class ConsistencyFile : TrainingObserver
{
    private static readonly string[] Columns =
        ["name", "epoch", "step", "images", "pearson", "pearson_low", "pearson_high", "tau_b", "tau_b_low", "tau_b_high"];

    private readonly string path;
    private readonly List<string[]> rows;

    private ConsistencyFile(string path, List<string[]> rows, IReadOnlyList<int> epochs)
    {
        (this.path, this.rows) = (path, rows);
        Epochs = epochs;
    }

    /// <summary>The epochs that were there when the file was opened.</summary>
    internal IReadOnlyList<int> Epochs { get; }

    /// <summary>Reads the rows that are there, none where there is no file.</summary>
    /// <exception cref="InputException">The file cannot be read, or is no such table; all faults are named.</exception>
    internal static ConsistencyFile Open(string path) =>
        File.Exists(path) ? Parse(StrictJson.ReadText(path, "consistency table"), path) : new ConsistencyFile(path, [], []);

    /// <summary>Reads the text of a file.</summary>
    /// <exception cref="InputException">As for <see cref="Open"/>.</exception>
    internal static ConsistencyFile Parse(string text, string path)
    {
        var source = $"consistency table '{path}'";
        var table = CsvTable.Read(text, source);
        if (!table.Columns.SequenceEqual(Columns))
            throw new InputException($"{source} must have the columns {string.Join(',', Columns)}; restore it, or move it away.");

        var (rows, epochs, faults) = (new List<string[]>(), new List<int>(), new FaultList());
        foreach (var row in table.Rows)
        {
            if (!IsRow(row.Fields, out var epoch))
                faults.Add(() => $"line {row.Line} is no measurement of an epoch");
            rows.Add([.. row.Fields]);
            epochs.Add(epoch);
        }

        if (faults.Count > 0)
            throw new InputException($"{source}: {faults.Text}; restore the file, or move it away.");
        return new ConsistencyFile(path, rows, epochs);
    }

    /// <summary>Adds a row.</summary>
    /// <exception cref="IOException">The file cannot be written; the old one is as it was.</exception>
    public override void OnConsistency(ConsistencyReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        rows.Add([KeptCheckpoints.NameOf(report.Epoch), Text(report.Epoch), Text(report.Step), Text(report.Images), .. Fields(report.Pearson), .. Fields(report.KendallTau)]);
        WholeFile.WriteText(path, CsvTable.Write([Columns, .. rows]));
    }

    private static bool IsRow(IReadOnlyList<string> fields, out int epoch)
    {
        const int FirstNumber = 4;
        return int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out epoch) && fields[0] == KeptCheckpoints.NameOf(epoch)
            && long.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out _)
            && int.TryParse(fields[3], NumberStyles.None, CultureInfo.InvariantCulture, out _)
            && fields.Skip(FirstNumber).All(field => field.Length == 0 || IsCorrelation(field));
    }

    private static bool IsCorrelation(string field) =>
        double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number is >= -1 and <= 1;

    private static IEnumerable<string> Fields(Estimate estimate) =>
        new[] { estimate.Value, estimate.Low, estimate.High }.Select(number => double.IsNaN(number) ? "" : number.ToString(CultureInfo.InvariantCulture));

    private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
}
