namespace PriorNas.Cli.Tests;

/// <summary>A disk that is full or read-only gives one clear error, leaves what was there, and work continues when there is room.</summary>
public sealed class FullDiskTest : IDisposable
{
    private readonly SmallRun small = new();
    private readonly OwnDisk disk;

    public FullDiskTest() => disk = new OwnDisk(small);

    /// <summary>Time for the disk to fill up while there is training to come.</summary>
    private static string[] Epochs => ["--set", "epochs=12"];

    private string Run => Path.Combine(disk.Folder, "run");

    public void Dispose() => small.Dispose();

    [Fact]
    public async Task Training_and_ranking_on_a_full_disk_end_with_an_error_and_go_on_when_there_is_room()
    {
        OwnDisk.SkipUnlessPossible();
        var list = small.WriteList(60);
        string[] train = [.. SmallRun.TrainArguments(Run), .. SmallRun.Light, .. Epochs];
        disk.Run($$"""
            step no-room {{Quoted(train)}}
            ls -A "$DISK" > "$STEPS/left"

            # The disk fills up after the first checkpoint.
            disk 48m
            (while [ ! -e "$DISK/run/checkpoint/last.safetensors" ]; do sleep 0.01; done; cat /dev/zero > "$DISK/filler" 2> /dev/null || true) &
            step first {{Quoted(train)}}
            wait
            rm "$DISK/filler"
            cp "$DISK/run/checkpoint/last.safetensors" "$STEPS/first.safetensors"
            ls -A "$DISK/run/checkpoint" > "$STEPS/checkpoints"
            step resumed train --resume "$DISK/run"
            cp "$DISK/run/checkpoint/last.safetensors" "$STEPS/last.safetensors"

            cat /dev/zero > "$DISK/filler" 2> /dev/null || true
            step no-store rank "$DISK/run" --architectures "{{list}}" --output "$STEPS/ranked.json"
            rm "$DISK/filler"
            step ranked rank "$DISK/run" --architectures "{{list}}" --output "$STEPS/ranked.json"

            cp -r "$DISK/run/checkpoint" "$STEPS/before"
            readonly_disk
            step readonly-train train --resume "$DISK/run"
            step readonly-rank rank "$DISK/run" --architectures "{{list}}" --output "$STEPS/again.json"
            cmp "$STEPS/before/last.safetensors" "$DISK/run/checkpoint/last.safetensors"
            """);

        Assert.Equal((2, $"error: run '{Run}' needs about "), Cut(disk.Step("no-room"), "needs about "));
        Assert.Equal("", Kept("left"));
        var checkpoint = Path.Combine(Run, "checkpoint", "last.safetensors");
        Assert.Equal((1, $"error: '{checkpoint}' cannot be written: No space left on device"), Cut(disk.Step("first"), "device"));
        Assert.Equal("last.safetensors\n", Kept("checkpoints"));
        Assert.Equal(0, disk.Step("resumed").ExitCode);
        await AssertSameAsOnAnotherDisk(list);
        var store = disk.Step("no-store");
        Assert.Equal((2, $"error: ranking into '{Run}' needs about "), Cut(store, "needs about "));
        Assert.Equal(0, disk.Step("ranked").ExitCode);
        var refused = (2, $"error: run folder '{Run}' cannot be used: another process works in it, or it is read-only (");
        Assert.Equal(refused, Cut(disk.Step("readonly-train"), "read-only ("));
        Assert.Equal(refused, Cut(disk.Step("readonly-rank"), "read-only ("));
    }

    [Fact]
    public async Task An_output_that_finds_no_room_leaves_the_earlier_one_and_the_results()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full.");
        var list = small.WriteList(3);
        await CommandRun.Succeed([.. SmallRun.TrainArguments(small.Run), "--set", "epochs=1", .. SmallRun.Light]);
        string[][] commands =
        [
            ["rank", small.Run, "--architectures", list, "--output", small.At("out.json")],
            ["prior", "--space", "tiny", "--architectures", list, "--output", small.At("out.json")],
        ];
        foreach (var command in commands)
        {
            var output = small.Write("out.json", "earlier");
            File.CreateSymbolicLink(output + ".partial", "/dev/full");
            var run = await CommandRun.Of(command);
            Assert.Equal(
                (1, $"error: '{output}' cannot be written: No space left on device : '{output}.partial'. What stood there before is unchanged; make room or allow writing, then continue.\n"),
                (run.ExitCode, run.Error));
            Assert.Equal("earlier", File.ReadAllText(output));
            Assert.False(File.Exists(output + ".partial"));
            await CommandRun.Succeed(command);
        }
    }

    /// <summary>In a folder where nobody may make files, root neither.</summary>
    [Fact]
    public async Task A_folder_that_takes_no_files_is_refused_before_the_work()
    {
        Assert.SkipUnless(Directory.Exists("/proc/self"), "There is no /proc.");
        var run = await CommandRun.Of([.. SmallRun.TrainArguments("/proc/run"), .. SmallRun.Light]);
        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith("error: run folder '/proc/run' cannot be made: ", run.Error, StringComparison.Ordinal);
        run = await CommandRun.Of("prior", "--space", "tiny", "--architectures", small.WriteList(2), "--output", "/proc/out.json");
        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("error: '/proc/out.json' cannot be written: ", run.Error, StringComparison.Ordinal);
    }

    private async Task AssertSameAsOnAnotherDisk(string list)
    {
        await CommandRun.Succeed([.. SmallRun.TrainArguments(small.Run), .. SmallRun.Light, .. Epochs]);
        await CommandRun.Succeed("rank", small.Run, "--architectures", list, "--output", small.At("whole.json"));
        Assert.Equal(File.ReadAllBytes(Path.Combine(small.Run, "checkpoint", "last.safetensors")), File.ReadAllBytes(small.At("steps/last.safetensors")));
        Assert.Equal(File.ReadAllText(small.At("whole.json")), Kept("ranked.json"));
        Torch.Interchange.SafeTensorsFile.Read(small.At("steps/first.safetensors"), requireChecksum: true);
    }

    private string Kept(string name) => File.ReadAllText(small.At("steps/" + name));

    private static string Quoted(string[] arguments) => string.Join(' ', arguments.Select(argument => $"'{argument}'"));

    /// <summary>The start of an error, up to a text in it.</summary>
    private static (int ExitCode, string Error) Cut((int ExitCode, string Error) step, string end) =>
        (step.ExitCode, step.Error[..(step.Error.IndexOf(end, StringComparison.Ordinal) + end.Length)]);
}
