namespace PriorNas.Torch.Interchange;

/// <summary>What the header says of one tensor; <paramref name="Begin"/> and <paramref name="End"/> are bytes after the header.</summary>
internal sealed record SafeTensorsEntry(string Name, string Type, long[] Shape, long Begin, long End);
