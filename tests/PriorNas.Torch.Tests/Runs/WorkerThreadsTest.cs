using PriorNas.Torch.Native;

namespace PriorNas.Torch.Tests.Runs;

public sealed class WorkerThreadsTest
{
    /// <summary>The second item ends when it is cancelled; the third is never started.</summary>
    [Fact]
    public void What_one_item_throws_cancels_the_others()
    {
        var ended = new bool[3];
        var e = Assert.Throws<InvalidOperationException>(() => WorkerThreads.ForEach(
            2,
            [0, 1, 2],
            (item, stop) =>
            {
                if (item == 0)
                    throw new InvalidOperationException("broken");
                ended[item] = stop.WaitHandle.WaitOne(TimeSpan.FromMinutes(1));
            },
            TestContext.Current.CancellationToken));
        Assert.Equal("broken", e.Message);
        Assert.False(ended[2]);
    }
}
