namespace PriorNas.Cli.Diagnosis;

/// <summary>Looks at everything that the program depends on.</summary>
internal static class SystemDiagnosis
{
    /// <summary>The findings, grouped by area. Nothing here fails where something is missing: that is a finding.</summary>
    internal static IReadOnlyList<Finding> Run()
    {
        // First, so that the maps of the process show the tensor library's own dependencies afterwards.
        var tensors = TensorLibrary.Start();
        var limits = ContainerLimits.Read("/");
        return
        [
            .. ProgramFindings.Versions(tensors),
            .. ProcessorFindings.Threads(tensors, limits),
            .. ProcessorFindings.Instructions(),
            .. MemoryFindings.Allocator(),
            .. MemoryFindings.Room(limits),
            .. LibraryFindings.Of(tensors),
            .. FontFindings.Of(),
        ];
    }
}
