using System.Collections.Immutable;
using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace PriorNas.Files;

/// <summary>A row of a table.</summary>
/// <param name="Name">What stands under <c>name</c>.</param>
/// <param name="Line">The line of the file on which the row ends, from 1.</param>
/// <param name="Fields">One text for each column, blanks at its ends removed.</param>
internal sealed record CsvRow(string Name, int Line, ImmutableArray<string> Fields);

/// <summary>
/// A table of named rows: comma-separated values (RFC 4180) whose first line names the columns, <c>name</c> among them. Read without
/// mercy: all rows are of one length, and no column and no name stands twice.
/// </summary>
internal sealed class CsvTable
{
    private const string NameColumn = "name";

    private CsvTable(ImmutableArray<string> columns, ImmutableArray<CsvRow> rows)
    {
        Columns = columns;
        Rows = rows;
    }

    internal ImmutableArray<string> Columns { get; }

    internal ImmutableArray<CsvRow> Rows { get; }

    /// <summary>Whether a file is a table, by the ending of its name: <c>.csv</c> in any case.</summary>
    internal static bool IsNamed(string path) => path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether <see cref="Read"/> takes a row of this name.</summary>
    internal static bool MayBeNamed(string name) => name.Length > 0 && name.AsSpan().IndexOfAny('\r', '\n') < 0;

    /// <summary>Reads a table.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <exception cref="InputException">The text is not such a table; all faults are named.</exception>
    internal static CsvTable Read(string text, string source)
    {
        using var reader = new StringReader(text);
        using var parser = new CsvParser(reader, new CsvConfiguration(CultureInfo.InvariantCulture) { TrimOptions = TrimOptions.Trim, LineBreakInQuotedFieldIsBadData = true });
        var columns = ReadColumns(parser, source);
        return new CsvTable(columns, ReadRows(parser, columns, source));
    }

    /// <summary>The position of a column.</summary>
    /// <exception cref="InputException">There is no such column.</exception>
    internal int Column(string name, string source)
    {
        var column = Columns.IndexOf(name);
        return column >= 0 ? column : throw new InputException($"{source} has no column '{name}', it has {FaultList.Shorten([.. Columns.Where(c => c != NameColumn)])}.");
    }

    /// <summary>Writes a table, with a line feed after each row.</summary>
    internal static string Write(IEnumerable<IEnumerable<string>> rows)
    {
        using var text = new StringWriter();
        using (var writer = new CsvWriter(text, new CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\n" }))
        {
            foreach (var row in rows)
            {
                foreach (var field in row)
                    writer.WriteField(field);
                writer.NextRecord();
            }
        }

        return text.ToString();
    }

    private static ImmutableArray<string> ReadColumns(CsvParser parser, string source)
    {
        var columns = ReadFields(parser, source)
            ?? throw new InputException($"{source} is empty: its first line must name the columns, for example name,arch,acc.");
        var faults = new FaultList();
        if (!columns.Contains(NameColumn))
            faults.Add($"the first line must name the columns, separated by commas, '{NameColumn}' among them, but is '{FaultList.Shorten(string.Join(',', columns))}'");
        foreach (var column in columns.CountBy(c => c).Where(c => c.Value > 1))
            faults.Add($"column '{FaultList.Shorten(column.Key)}' stands {column.Value} times in the first line");
        faults.ThrowIfAny(source);
        return [.. columns];
    }

    private static ImmutableArray<CsvRow> ReadRows(CsvParser parser, ImmutableArray<string> columns, string source)
    {
        var rows = ImmutableArray.CreateBuilder<CsvRow>();
        var lines = new Dictionary<string, int>();
        var faults = new FaultList();
        var nameColumn = columns.IndexOf(NameColumn);
        while (ReadFields(parser, source) is { } fields)
        {
            var line = parser.RawRow;
            if (fields.Length != columns.Length)
                faults.Add($"line {line} has {fields.Length} fields, the first line has {columns.Length}");
            else if (fields[nameColumn].Length == 0)
                faults.Add($"line {line} has no name");
            else if (!lines.TryAdd(fields[nameColumn], line))
                faults.Add($"name '{FaultList.Shorten(fields[nameColumn])}' stands in lines {lines[fields[nameColumn]]} and {line}");
            else
                rows.Add(new CsvRow(fields[nameColumn], line, [.. fields]));
        }

        faults.ThrowIfAny(source);
        return rows.DrainToImmutable();
    }

    /// <summary>The fields of the next row, or null after the last.</summary>
    private static string[]? ReadFields(CsvParser parser, string source)
    {
        var line = parser.RawRow + 1;
        try
        {
            return parser.Read() ? parser.Record : null;
        }
        catch (BadDataException e)
        {
            throw new InputException($"{source} is not valid CSV at line {line}: a quotation mark stands alone; write it twice, inside a quoted field.", e);
        }
    }
}
