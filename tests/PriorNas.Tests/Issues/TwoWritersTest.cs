using PriorNas.Files;

namespace PriorNas.Tests.Issues;

/// <summary>Of two processes that wrote one file at once, the one that was refused deleted the other's temporary file.</summary>
public sealed class TwoWritersTest : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("priornas-files").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void The_second_is_refused_and_the_first_goes_on()
    {
        var path = Path.Combine(folder, "out.json");
        WholeFile.Write(path, stream =>
        {
            Assert.Throws<IOException>(() => WholeFile.WriteText(path, "second"));
            stream.Write("first"u8);
        });
        Assert.Equal("first", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(folder));
    }
}
