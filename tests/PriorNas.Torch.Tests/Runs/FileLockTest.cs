using PriorNas.Files;
using PriorNas.Torch.Runs;

namespace PriorNas.Torch.Tests.Runs;

public sealed class FileLockTest : IDisposable
{
    private readonly TemporaryFolder temporary = new();

    public void Dispose() => temporary.Dispose();

    [Fact]
    public void One_at_a_time_has_it()
    {
        var path = temporary.At("new", "lock");
        using (FileLock.TryTake(path))
            Assert.Null(FileLock.TryTake(path));
        using var again = FileLock.TryTake(path);
        Assert.NotNull(again);
    }

    /// <summary>A link to itself is there, and no rights are needed to find that it cannot be opened.</summary>
    [Fact]
    public void What_cannot_be_opened_is_not_taken_for_held()
    {
        var path = temporary.At("lock");
        File.CreateSymbolicLink(path, path);
        Assert.True(File.Exists(path));
        var e = Assert.Throws<InputException>(() => FileLock.TryTake(path));
        Assert.StartsWith($"'{path}', by which processes share the work, cannot be used: ", e.Message, StringComparison.Ordinal);
        Assert.EndsWith("; make room, allow writing there, or give another --run.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whoever_waits_says_so_once_and_may_be_cancelled()
    {
        var path = temporary.At("lock");
        using var held = FileLock.TryTake(path);
        using var source = new CancellationTokenSource();
        var told = 0;
        Assert.Throws<OperationCanceledException>(() => FileLock.Take(
            path,
            () =>
            {
                told++;
                source.CancelAfter(TimeSpan.FromSeconds(1.5));
            },
            source.Token));
        Assert.Equal(1, told);
    }
}
