namespace PriorNas.Torch.Data.Synthetic;

/// <summary>
/// Distances to the outlines of shapes of about equal area around the origin: negative inside. They are exact beside
/// straight edges, which is all that antialiasing needs, and too small beyond corners.
/// </summary>
internal static class SignedDistance
{
    /// <summary>No outline of a unit shape is farther from the centre.</summary>
    public const float Extent = 1.35f;

    /// <summary>The distance of (x, y) from a shape of radius about 1.</summary>
    public static float Of(Shape shape, float x, float y)
    {
        var (width, height) = (MathF.Abs(x), MathF.Abs(y));
        return shape switch
        {
            Shape.Disc => MathF.Sqrt(x * x + y * y) - 0.95f,
            Shape.Square => MathF.Max(width, height) - 0.84f,
            Shape.Triangle => MathF.Max(-y, 0.8660254f * width + 0.5f * y) - 0.66f,
            _ => MathF.Min(MathF.Max(width - 1.1f, height - 0.42f), MathF.Max(width - 0.42f, height - 1.1f)),
        };
    }
}
