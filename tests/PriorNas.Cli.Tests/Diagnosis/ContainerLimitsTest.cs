using PriorNas.Cli.Diagnosis;

namespace PriorNas.Cli.Tests.Diagnosis;

public sealed class ContainerLimitsTest : IDisposable
{
    private readonly SmallRun small = new();

    public void Dispose() => small.Dispose();

    [Fact]
    public void Version_2_the_tightest_of_a_group_and_those_above_it_counts()
    {
        Write("proc/self/cgroup", "0::/pod/inner\n");
        Write("sys/fs/cgroup/cpu.max", "max 100000\n");
        Write("sys/fs/cgroup/pod/cpu.max", "150000 100000\n");
        Write("sys/fs/cgroup/pod/inner/cpu.max", "400000 100000\n");
        Write("sys/fs/cgroup/pod/memory.max", "max\n");
        Write("sys/fs/cgroup/pod/inner/memory.max", "4294967296\n");
        Assert.Equal(new ContainerLimits(1.5, 4L << 30), ContainerLimits.Read(small.Folder));
    }

    [Fact]
    public void Version_1_has_a_folder_for_each_controller()
    {
        Write("proc/self/cgroup", "4:memory:/docker/x\n1:cpu,cpuacct:/docker/x\n");
        Write("sys/fs/cgroup/cpu,cpuacct/docker/x/cpu.cfs_quota_us", "200000\n");
        Write("sys/fs/cgroup/cpu,cpuacct/docker/x/cpu.cfs_period_us", "100000\n");
        Write("sys/fs/cgroup/memory/docker/x/memory.limit_in_bytes", "1073741824\n");
        Assert.Equal(new ContainerLimits(2, 1L << 30), ContainerLimits.Read(small.Folder));
    }

    [Fact]
    public void No_limit_is_none()
    {
        Write("proc/self/cgroup", "4:memory:/\n1:cpu:/\n0::/\nnonsense\n");
        Write("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
        Write("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
        Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        Write("sys/fs/cgroup/cpu.max", "max 100000\n");
        Assert.Equal(new ContainerLimits(null, null), ContainerLimits.Read(small.Folder));
    }

    [Fact]
    public void Without_control_groups_there_is_none() => Assert.Equal(new ContainerLimits(null, null), ContainerLimits.Read(small.Folder));

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(small.At(name))!);
        small.Write(name, text);
    }
}
