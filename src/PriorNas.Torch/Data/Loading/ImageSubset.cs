namespace PriorNas.Torch.Data.Loading;

/// <summary>Some images of a set, in the set's order.</summary>
/// <param name="source">The set.</param>
/// <param name="indices">Which images of it.</param>
internal sealed class ImageSubset(ImageSet source, int[] indices) : ImageSet
{
    /// <inheritdoc/>
    public override int Count => indices.Length;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Classes => source.Classes;

    /// <inheritdoc/>
    public override int Label(int index) => source.Label(indices[index]);

    /// <inheritdoc/>
    public override string Describe(int index) => source.Describe(indices[index]);

    /// <inheritdoc/>
    public override RgbImage Read(int index) => source.Read(indices[index]);

    /// <inheritdoc/>
    internal override byte[] Inspect(int index) => source.Inspect(indices[index]);
}
