using Microsoft.Data.Sqlite;
using PriorNas.Files;
using PriorNas.Torch.Evaluation;

namespace PriorNas.Torch.Runs;

/// <summary>
/// The results of ranked architectures in a run's <c>results.sqlite</c>, so that a ranking of many thousands that is interrupted goes
/// on where it stopped. A result belongs to an evaluation (checkpoint, settings and data, as one key) and an architecture's canonical
/// code; a later result of the same two replaces the earlier.
/// </summary>
/// <remarks>
/// What <see cref="Add"/> has returned from survives a kill and a loss of power, and an Add that was cut off leaves nothing: one
/// transaction with the rollback journal and <c>synchronous=FULL</c>. A write-ahead log would save a flush or two per Add, nothing
/// beside the evaluation of a batch of architectures; but it keeps the newest results in a second file, which is lost when someone
/// copies results.sqlite alone, and it does not work on network file systems. Several processes may use one file; one that writes
/// waits for the other. An instance belongs to one thread at a time.
/// </remarks>
public sealed class ResultStore : IDisposable
{
    private readonly string path;
    private readonly SqliteConnection connection;

    private ResultStore(string path, SqliteConnection connection)
    {
        this.path = path;
        this.connection = connection;
    }

    /// <summary>Opens the file, or creates it in an existing folder.</summary>
    /// <exception cref="InputException">The file is no result store, is damaged, or was written by a newer version.</exception>
    /// <exception cref="IOException">The file cannot be opened or created: no such folder, no permission, disk full, in use.</exception>
    public static ResultStore Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var settings = new SqliteConnectionStringBuilder
        {
            // A full path is never taken for SQLite's special names, ':memory:' and 'file:' addresses.
            DataSource = Path.GetFullPath(path),
            // A pooled connection would keep the file open after Dispose.
            Pooling = false,
        };
        var store = new ResultStore(path, new SqliteConnection(settings.ToString()));
        try
        {
            store.Guard(() =>
            {
                store.connection.Open();
                ResultStoreSchema.Prepare(store.connection, path);
            });
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>All results of one evaluation by architecture code. Those that a version before groups of images stored have none.</summary>
    /// <param name="evaluation">The key of checkpoint, settings and data.</param>
    /// <exception cref="InputException">The file is damaged, or holds a result that no evaluation can have.</exception>
    /// <exception cref="IOException">The file cannot be read or stays in use.</exception>
    public IReadOnlyDictionary<string, EvaluationResult> Read(string evaluation)
    {
        ArgumentNullException.ThrowIfNull(evaluation);
        var results = new Dictionary<string, EvaluationResult>(StringComparer.Ordinal);
        var unreadable = new List<string>();
        Guard(() =>
        {
            using var select = connection.CreateCommand();
            select.CommandText = "SELECT code, images, top1_correct, top5_correct, even_top1_correct, image_groups FROM results WHERE evaluation = $evaluation";
            select.Parameters.AddWithValue("$evaluation", evaluation);
            using var reader = select.ExecuteReader();
            // A number beyond 32 bits, which Add never writes, becomes the nearest one that does.
            int Count(int column) => int.CreateSaturating(reader.GetInt64(column));
            while (reader.Read())
            {
                var groups = reader.GetValue(5) is byte[] bytes ? ImageGroups.OfBytes(bytes) : null;
                if (groups is null && !reader.IsDBNull(5))
                    unreadable.Add(reader.GetString(0));
                results.Add(reader.GetString(0), new EvaluationResult(Count(1), Count(2), Count(3), Count(4), groups));
            }
        });
        if (unreadable.Count > 0)
            throw new InputException(
                $"'{path}' holds groups of images of '{unreadable[0]}' that are not {ImageGroups.ByteCount} bytes long."
                + " Delete the file; its architectures are then evaluated again.");
        foreach (var (code, result) in results)
        {
            if (!result.IsPossible)
                throw new InputException(
                    $"'{path}' holds an impossible result of '{code}': {result}. Delete the file; its architectures are then evaluated again.");
        }

        return results;
    }

    /// <summary>Adds results, all or none; one that is already there is replaced, and of two for one code the last counts.</summary>
    /// <param name="evaluation">The key of checkpoint, settings and data.</param>
    /// <param name="results">Canonical architecture codes and their results.</param>
    /// <exception cref="ArgumentException">A result's counts are not 0 &lt;= top-1 &lt;= top-5 &lt;= images, images &gt;= 1, or groups do not add up.</exception>
    /// <exception cref="InputException">The file is damaged.</exception>
    /// <exception cref="IOException">The file cannot be written: no permission, disk full, or in use for more than 30 seconds.</exception>
    public void Add(string evaluation, IReadOnlyList<(string Code, EvaluationResult Result)> results)
    {
        ArgumentNullException.ThrowIfNull(evaluation);
        ArgumentNullException.ThrowIfNull(results);
        foreach (var (code, result) in results)
        {
            if (code is null || !result.IsPossible)
                throw new ArgumentException(
                    $"The result of '{code}' is {result}; allowed is 0 <= top-1 <= top-5 <= images, images >= 1, and groups that add up to these.",
                    nameof(results));
        }

        Guard(() => Insert(evaluation, results));
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => connection.Dispose();

    private void Insert(string evaluation, IReadOnlyList<(string Code, EvaluationResult Result)> results)
    {
        using var transaction = connection.BeginTransaction();
        using var insert = connection.CreateCommand();
        insert.Transaction = transaction;
        insert.CommandText = """
            INSERT OR REPLACE INTO results (evaluation, code, images, top1_correct, top5_correct, even_top1_correct, image_groups)
            VALUES ($evaluation, $code, $images, $top1, $top5, $even, $groups)
            """;
        insert.Parameters.AddWithValue("$evaluation", evaluation);
        var code = insert.Parameters.Add("$code", SqliteType.Text);
        var images = insert.Parameters.Add("$images", SqliteType.Integer);
        var top1 = insert.Parameters.Add("$top1", SqliteType.Integer);
        var top5 = insert.Parameters.Add("$top5", SqliteType.Integer);
        var even = insert.Parameters.Add("$even", SqliteType.Integer);
        var groups = insert.Parameters.Add("$groups", SqliteType.Blob);
        foreach (var (architecture, result) in results)
        {
            code.Value = architecture;
            images.Value = result.Images;
            top1.Value = result.Top1Correct;
            top5.Value = result.Top5Correct;
            even.Value = result.EvenTop1Correct;
            groups.Value = result.Groups is { } sums ? sums.ToBytes() : DBNull.Value;
            insert.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (SqliteException e)
        {
            throw ResultStoreFault.Translate(e, path);
        }
    }
}
