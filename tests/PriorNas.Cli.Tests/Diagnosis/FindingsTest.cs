using PriorNas.Cli.Commands;
using PriorNas.Cli.Diagnosis;
using PriorNas.Torch.Runs;
using PriorNas.Torch.Supernet;

namespace PriorNas.Cli.Tests.Diagnosis;

/// <summary>What each kind of trouble is told as.</summary>
public class FindingsTest
{
    private const string Restore = "restore the packages and build again: dotnet restore --force && dotnet build -c Release";

    [Theory]
    [InlineData("libgomp.so.1: cannot open shared object file: No such file or directory", "libgomp.so.1 is missing", "apt-get install libgomp1")]
    [InlineData(
        "Unable to load shared library 'libSkiaSharp' or one of its dependencies.\nlibfontconfig.so.1: cannot open shared object file: No such file or directory\n/a/libSkiaSharp: cannot open shared object file",
        "libfontconfig.so.1 is missing",
        "apt-get install libfontconfig1")]
    [InlineData("libc10.so: cannot open shared object file: No such file or directory", "libc10.so is missing", Restore)]
    [InlineData("/lib/libm.so.6: version `GLIBC_2.38' not found (required by /a/x.so)", "the system has no GLIBC_2.38", "use a newer system: Debian 12, Ubuntu 22.04, RHEL 9 or later")]
    [InlineData("Unable to load 'e_sqlite3'.\n/a/e_sqlite3.so: cannot open shared object file: No such file or directory", "its file is not beside the program", Restore)]
    [InlineData("An attempt was made to load a program with an incorrect format.\nmore", "An attempt was made to load a program with an incorrect format.", Restore)]
    public void A_library_that_does_not_load(string message, string reason, string remedy) => Assert.Equal(new NativeFault(reason, remedy), NativeFault.Of(message));

    [Fact]
    public void Convolutions_that_are_wrong_make_the_machine_unusable()
    {
        Assert.Equal(FindingState.Good, LibraryFindings.Convolutions(new ConvolutionAgreement(15, [], 1e-7)).State);
        var finding = LibraryFindings.Convolutions(new ConvolutionAgreement(15, ["3x3, stride 1, 12 to 20 channels"], double.NaN));
        Assert.Equal((FindingState.Missing, "1 of 15 are wrong: 3x3, stride 1, 12 to 20 channels"), (finding.State, finding.Value));
    }

    [Fact]
    public void Two_OpenMP_libraries_are_worth_a_note()
    {
        Assert.Equal(new Finding("libraries", "OpenMP", "libgomp.so.1"), LibraryFindings.OpenMp(["/a/libgomp.so.1"]));
        Assert.Equal((FindingState.Note, "libgomp.so.1, libiomp5.so"), LibraryFindings.OpenMp(["/a/libgomp.so.1", "/b/libiomp5.so"]) is var two ? (two.State, two.Value) : default);
    }

    [Fact]
    public void More_threads_than_a_container_may_run_are_worth_a_note()
    {
        var tensors = new TensorLibrary(new Machine(8, "some", "2", "0"), 8, null);
        var limited = ProcessorFindings.Threads(tensors, new ContainerLimits(1.5, null)).Single(f => f.Name == "container limit");
        Assert.Equal((FindingState.Note, "1.5 processors"), (limited.State, limited.Value));
        Assert.StartsWith("give --threads 1:", limited.Remedy, StringComparison.Ordinal);
        Assert.Equal(FindingState.Good, ProcessorFindings.Threads(tensors, new ContainerLimits(8, null)).Single(f => f.Name == "container limit").State);
        Assert.DoesNotContain(ProcessorFindings.Threads(tensors, new ContainerLimits(null, null)), f => f.Name == "container limit");
    }

    [Fact]
    public void An_allocator_that_is_not_tuned_is_worth_a_note()
    {
        Assert.Equal(FindingState.Good, MemoryFindings.Tuning(isGlibc: true, null).State);
        Assert.Equal(FindingState.Good, MemoryFindings.Tuning(isGlibc: false, "0").State);
        Assert.Equal(FindingState.Note, MemoryFindings.Tuning(isGlibc: true, "0").State);
    }

    [Fact]
    public void Each_finding_that_is_not_good_is_marked_and_has_its_remedy_beneath()
    {
        using var output = new StringWriter { NewLine = "\n" };
        DoctorCommand.Write(
            [new Finding("one", "a", "1"), new Finding("one", "long", "2", FindingState.Note, "do this"), new Finding("two", "b", "3", FindingState.Missing, "do that")], output);
        Assert.Equal(
            "one\n  a     1\n  long  note  2\n        -> do this\ntwo\n  b     MISSING  3\n        -> do that\nNot usable: 1 of the above is missing or wrong.\n", output.ToString());
    }
}
