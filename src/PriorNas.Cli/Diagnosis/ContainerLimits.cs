using System.Globalization;

namespace PriorNas.Cli.Diagnosis;

/// <summary>What a container may use of a Linux machine, by its control groups (version 1 or 2).</summary>
/// <param name="Processors">Processors' worth of time, or null for no limit.</param>
/// <param name="MemoryBytes">Bytes of memory, or null for no limit.</param>
internal sealed record ContainerLimits(double? Processors, long? MemoryBytes)
{
    /// <summary>Version 1 writes this or more where there is no limit.</summary>
    private const long Unlimited = 1L << 60;

    /// <summary>Reads the limits of this process's groups and of all groups above them; the tightest counts.</summary>
    /// <param name="root">Folder that holds <c>proc</c> and <c>sys</c>.</param>
    internal static ContainerLimits Read(string root)
    {
        var membership = Path.Combine(root, "proc/self/cgroup");
        if (!File.Exists(membership))
            return new ContainerLimits(null, null);
        var processors = new List<double>();
        var bytes = new List<long>();
        foreach (var line in File.ReadLines(membership))
        {
            // hierarchy:controllers:path; version 2 has no controllers.
            var parts = line.Split(':', 3);
            if (parts.Length < 3)
                continue;
            foreach (var folder in Groups(Path.Combine(root, "sys/fs/cgroup"), parts[1], parts[2]))
            {
                if (Quota(folder) is { } quota)
                    processors.Add(quota);
                if ((Number(folder, "memory.max") ?? Number(folder, "memory.limit_in_bytes")) is { } limit && limit < Unlimited)
                    bytes.Add((long)limit);
            }
        }

        return new ContainerLimits(processors.Count > 0 ? processors.Min() : null, bytes.Count > 0 ? bytes.Min() : null);
    }

    /// <summary>The group's folder and those above it.</summary>
    private static IEnumerable<string> Groups(string root, string controllers, string path)
    {
        var mounted = controllers.Length == 0 ? root : Path.Combine(root, controllers);
        var names = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (var length = names.Length; length >= 0; length--)
            yield return Path.Combine([mounted, .. names[..length]]);
    }

    private static double? Quota(string folder)
    {
        var file = Path.Combine(folder, "cpu.max");
        var (quota, period) = File.Exists(file)
            ? File.ReadAllText(file).Split(' ', StringSplitOptions.TrimEntries) is [var most, var each] ? (Parse(most), Parse(each)) : (null, null)
            : (Number(folder, "cpu.cfs_quota_us"), Number(folder, "cpu.cfs_period_us"));
        return quota > 0 && period > 0 ? quota / period : null;
    }

    private static double? Number(string folder, string name) => Path.Combine(folder, name) is var file && File.Exists(file) ? Parse(File.ReadAllText(file)) : null;

    private static double? Parse(string text) => double.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
