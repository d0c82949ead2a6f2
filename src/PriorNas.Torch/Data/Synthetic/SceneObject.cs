using System.Numerics;

namespace PriorNas.Torch.Data.Synthetic;

/// <summary>A shape in two tones; lengths in pixels.</summary>
internal sealed class SceneObject
{
    /// <summary>The outline.</summary>
    public required Shape Shape { get; init; }

    /// <summary>The pattern.</summary>
    public required Texture Texture { get; init; }

    /// <summary>The middle of the shape.</summary>
    public required Vector2 Center { get; init; }

    /// <summary>The radius of a disc of about the same area.</summary>
    public required float Radius { get; init; }

    /// <summary>The direction of the shape's first axis, of length 1.</summary>
    public required Vector2 Axis { get; init; }

    /// <summary>The direction of the pattern's first axis, of length 1.</summary>
    public required Vector2 PatternAxis { get; init; }

    /// <summary>Where the centre lies in its pattern's cell, in cells.</summary>
    public required Vector2 PatternOffset { get; init; }

    /// <summary>The length of a cell of the pattern.</summary>
    public required float Cell { get; init; }

    /// <summary>The first tone.</summary>
    public required Vector3 First { get; init; }

    /// <summary>The second tone.</summary>
    public required Vector3 Second { get; init; }

    /// <summary>Draws the object over what is there, with antialiased edges.</summary>
    /// <param name="canvas">[size, size] colours in [0, 1].</param>
    /// <param name="size">Width and height in pixels.</param>
    public void Paint(Vector3[] canvas, int size)
    {
        var reach = SignedDistance.Extent * Radius + 1;
        var (left, right) = Span(Center.X, reach, size);
        var (top, bottom) = Span(Center.Y, reach, size);
        for (var y = top; y < bottom; y++)
        {
            for (var x = left; x < right; x++)
            {
                var (dx, dy) = (x + 0.5f - Center.X, y + 0.5f - Center.Y);
                var coverage = Coverage(dx, dy);
                if (coverage > 0)
                    canvas[y * size + x] += (Tone(dx, dy) - canvas[y * size + x]) * coverage;
            }
        }
    }

    private static (int First, int End) Span(float center, float reach, int size) =>
        (Math.Max(0, (int)(center - reach)), Math.Min(size, (int)(center + reach) + 1));

    private float Coverage(float dx, float dy)
    {
        var (u, v) = Turned(dx, dy, Axis);
        return Math.Clamp(0.5f - SignedDistance.Of(Shape, u / Radius, v / Radius) * Radius, 0, 1);
    }

    private Vector3 Tone(float dx, float dy)
    {
        var (u, v) = Turned(dx, dy, PatternAxis);
        return First + (Second - First) * Synthetic.Paint.Pattern(Texture, u / Cell + PatternOffset.X, v / Cell + PatternOffset.Y, Cell);
    }

    /// <summary>The coordinates of a vector along an axis and across it.</summary>
    private static (float Along, float Across) Turned(float dx, float dy, Vector2 axis) =>
        (dx * axis.X + dy * axis.Y, dy * axis.X - dx * axis.Y);
}
