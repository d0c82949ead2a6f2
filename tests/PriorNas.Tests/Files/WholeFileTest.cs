using PriorNas.Files;

namespace PriorNas.Tests.Files;

public sealed class WholeFileTest : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("priornas-files").FullName;

    private string Target => Path.Combine(folder, "file.json");

    private string Temporary => Target + WholeFile.TemporarySuffix;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Text_is_written_and_replaced()
    {
        WholeFile.WriteText(Target, "ä1\n");
        Assert.Equal([0xC3, 0xA4, (byte)'1', (byte)'\n'], File.ReadAllBytes(Target));
        WholeFile.WriteText(Target, "2");
        Assert.Equal("2", File.ReadAllText(Target));
        Assert.Equal([Target], Directory.GetFileSystemEntries(folder));
    }

    /// <summary>What a process killed at that moment leaves is what is seen from within: until the rename, the old file and some bytes of the new.</summary>
    [Fact]
    public void Until_all_is_written_the_old_file_stands()
    {
        File.WriteAllText(Target, "old");
        WholeFile.Write(Target, stream =>
        {
            Assert.Equal("old", File.ReadAllText(Target));
            for (var i = 0; i < 10; i++)
            {
                stream.Write(new byte[10_000]);
                stream.Flush();
                Assert.Equal(10_000 * (i + 1), new FileInfo(Temporary).Length);
                Assert.Equal("old", File.ReadAllText(Target));
            }
        });
        Assert.Equal(100_000, new FileInfo(Target).Length);
        Assert.False(File.Exists(Temporary));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(100_000)]
    public void What_a_killed_process_left_is_replaced(int bytes)
    {
        File.WriteAllText(Target, "old");
        File.WriteAllBytes(Temporary, new byte[bytes]);
        WholeFile.WriteText(Target, "new");
        Assert.Equal("new", File.ReadAllText(Target));
        Assert.False(File.Exists(Temporary));
    }

    [Fact]
    public void A_failure_within_leaves_the_old_file_alone()
    {
        File.WriteAllText(Target, "old");
        var e = Assert.Throws<InvalidOperationException>(() => WholeFile.Write(Target, stream =>
        {
            stream.Write(new byte[100]);
            throw new InvalidOperationException("within");
        }));
        Assert.Equal("within", e.Message);
        AssertOldAlone();
    }

    /// <summary>The temporary file leads to the device that is always full.</summary>
    [Theory]
    [InlineData(10)]
    [InlineData(1_000_000)]
    public void A_full_disk_leaves_the_old_file_alone(int bytes)
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full.");
        File.WriteAllText(Target, "old");
        File.CreateSymbolicLink(Temporary, "/dev/full");
        var e = Assert.Throws<IOException>(() => WholeFile.Write(Target, stream => stream.Write(new byte[bytes])));
        Assert.Equal(
            $"'{Target}' cannot be written: No space left on device : '{Temporary}'. What stood there before is unchanged; make room or allow writing, then continue.", e.Message);
        AssertOldAlone();
    }

    [Fact]
    public void A_folder_that_is_none_is_refused()
    {
        File.WriteAllText(Target, "old");
        Assert.StartsWith($"'{Target}/x' cannot be written: ", Assert.Throws<IOException>(() => WholeFile.WriteText(Target + "/x", "new")).Message, StringComparison.Ordinal);
        AssertOldAlone();
    }

    private void AssertOldAlone()
    {
        Assert.Equal("old", File.ReadAllText(Target));
        Assert.Equal([Target], Directory.GetFileSystemEntries(folder));
    }
}
