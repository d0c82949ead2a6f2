using System.Buffers.Binary;

namespace PriorNas.Torch.Evaluation;

/// <summary>
/// What a subnet made of the validation images, in 20 interleaved groups: the image at position i, in the order in which the images are
/// used, belongs to group i modulo 20. The spread of the groups' means says how far a score may differ on other images like these, and,
/// since all subnets see the same images, how far a difference of two scores may. Groups of even number hold the images at even
/// positions.
/// </summary>
/// <remarks>
/// Standard errors are those of random groups (Wolter 2007, "Introduction to Variance Estimation", chapter 2): with equal groups the
/// standard deviation of the group means, divided by the square root of the number of groups. Groups whose sizes differ by an image count
/// by their share of the images, and empty groups do not count. With 20 groups a standard error is itself known to about a sixth.
/// </remarks>
public sealed class ImageGroups : IEquatable<ImageGroups>
{
    /// <summary>The number of groups.</summary>
    public const int Count = 20;

    private const int BytesOfGroup = 2 * sizeof(int) + 2 * sizeof(double);

    private readonly ImageGroup[] groups;

    /// <summary>Takes the sums of all groups.</summary>
    /// <param name="groups">One for each of the <see cref="Count"/> groups, in their order.</param>
    /// <exception cref="ArgumentException">There are more or fewer groups.</exception>
    public ImageGroups(IEnumerable<ImageGroup> groups)
    {
        this.groups = [.. groups];
        if (this.groups.Length != Count)
            throw new ArgumentException($"There are {this.groups.Length} groups of images, allowed are {Count}.", nameof(groups));
    }

    /// <summary>The sums over all images.</summary>
    public ImageGroup Total => groups.Aggregate(default(ImageGroup), (sum, group) => sum.Plus(group));

    /// <summary>
    /// The sums over the images at even positions and over those at odd positions: two halves whose rankings can be compared.
    /// </summary>
    public (ImageGroup Even, ImageGroup Odd) Halves => (HalfOf(0), HalfOf(1));

    /// <summary>The length in bytes of the groups in a file.</summary>
    internal static int ByteCount => Count * BytesOfGroup;

    /// <summary>Whether all numbers are in their ranges.</summary>
    internal bool ArePossible => Array.TrueForAll(groups, group => group.IsPossible);

    /// <summary>The sums of a group.</summary>
    /// <param name="index">From 0 to 19.</param>
    public ImageGroup this[int index] => groups[index];

    /// <summary>The standard error of a score as an estimate of the score on all images like these.</summary>
    /// <returns>In the score's unit; NaN where fewer than two groups have images.</returns>
    public double StandardError(ScoreKind kind) => ErrorOf(group => group.Score(kind));

    /// <summary>
    /// The standard error of the difference between the scores of two subnets on the same images. What is hard or easy about an image is
    /// so for both, so that it is smaller than the standard errors of the two scores suggest.
    /// </summary>
    /// <param name="other">The other subnet's groups, of the same images.</param>
    /// <param name="kind">Which score.</param>
    /// <returns>In the score's unit; NaN where fewer than two groups have images.</returns>
    /// <exception cref="ArgumentException">A group of the other subnet has another number of images.</exception>
    public double DifferenceError(ImageGroups other, ScoreKind kind)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (!HasSizesOf(other))
            throw new ArgumentException("The two results are of different images; only results by the same images can be paired.", nameof(other));
        var paired = groups.Zip(other.groups, (own, others) => (own.Images, Difference: own.Score(kind) - others.Score(kind))).ToArray();
        return ErrorOf(paired);
    }

    /// <summary>The standard error of the score's difference to numbers that are given for each group.</summary>
    /// <param name="means">One for each group; of groups without images they are not read.</param>
    /// <param name="kind">Which score.</param>
    internal double ErrorAgainst(double[] means, ScoreKind kind) =>
        ErrorOf([.. groups.Select((group, i) => (group.Images, group.Images == 0 ? 0 : group.Score(kind) - means[i]))]);

    /// <inheritdoc/>
    public bool Equals(ImageGroups? other) => other is not null && groups.AsSpan().SequenceEqual(other.groups);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ImageGroups);

    /// <inheritdoc/>
    public override int GetHashCode() => Total.GetHashCode();

    /// <summary>The sums over all images, as text.</summary>
    public override string ToString() => $"{Count} groups, in all {Total}";

    /// <summary>Whether each group has as many images as that of the other.</summary>
    internal bool HasSizesOf(ImageGroups other) => groups.Zip(other.groups).All(pair => pair.First.Images == pair.Second.Images);

    /// <summary>The sums over both together.</summary>
    internal ImageGroups Plus(ImageGroups other) => new(groups.Zip(other.groups, (one, two) => one.Plus(two)));

    /// <summary>The groups as they are stored: of each images and top-1 as int32, loss and margin as float64, little-endian.</summary>
    internal byte[] ToBytes()
    {
        var bytes = new byte[ByteCount];
        foreach (var (i, group) in groups.Index())
        {
            var target = bytes.AsSpan(i * BytesOfGroup, BytesOfGroup);
            BinaryPrimitives.WriteInt32LittleEndian(target, group.Images);
            BinaryPrimitives.WriteInt32LittleEndian(target[4..], group.Top1Correct);
            BinaryPrimitives.WriteDoubleLittleEndian(target[8..], group.Loss);
            BinaryPrimitives.WriteDoubleLittleEndian(target[16..], group.Margin);
        }

        return bytes;
    }

    /// <summary>The groups of <see cref="ToBytes"/>, not checked but for the length.</summary>
    /// <returns>Null where the length is another.</returns>
    internal static ImageGroups? OfBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != ByteCount)
            return null;
        var groups = new ImageGroup[Count];
        for (var i = 0; i < Count; i++)
        {
            var source = bytes.Slice(i * BytesOfGroup, BytesOfGroup);
            groups[i] = new ImageGroup(
                BinaryPrimitives.ReadInt32LittleEndian(source),
                BinaryPrimitives.ReadInt32LittleEndian(source[4..]),
                BinaryPrimitives.ReadDoubleLittleEndian(source[8..]),
                BinaryPrimitives.ReadDoubleLittleEndian(source[16..]));
        }

        return new ImageGroups(groups);
    }

    private ImageGroup HalfOf(int parity) =>
        groups.Index().Where(row => row.Index % 2 == parity).Aggregate(default(ImageGroup), (sum, row) => sum.Plus(row.Item));

    private double ErrorOf(Func<ImageGroup, double> mean) => ErrorOf([.. groups.Select(group => (group.Images, mean(group)))]);

    /// <summary>
    /// The standard error of the mean over all images, a mean of the group means weighted by their images: of G groups with the weights w
    /// and the means m, sqrt(G / (G - 1) * sum (w (m - mean))^2), the variance of a ratio (Cochran 1977, "Sampling Techniques", chapter
    /// 6).
    /// </summary>
    private static double ErrorOf((int Images, double Mean)[] groups)
    {
        var filled = Array.FindAll(groups, group => group.Images > 0);
        if (filled.Length < 2)
            return double.NaN;
        var images = (double)filled.Sum(group => group.Images);
        var mean = filled.Sum(group => group.Images / images * group.Mean);
        var squares = filled.Sum(group => Math.Pow(group.Images / images * (group.Mean - mean), 2));
        return Math.Sqrt(filled.Length / (filled.Length - 1.0) * squares);
    }
}
