using System.Numerics;
using PriorNas.Randomness;

namespace PriorNas.Torch.Data.Synthetic;

/// <summary>Colours and patterns, by additions, multiplications, divisions and square roots alone.</summary>
internal static class Paint
{
    /// <summary>Red, green and blue in [0, 1] of a hue in turns, a saturation and a value in [0, 1].</summary>
    public static Vector3 Color(float turns, float saturation, float value)
    {
        var channels = new Vector3(Ramp(turns), Ramp(turns - 1f / 3), Ramp(turns - 2f / 3));
        return (Vector3.One + (channels - Vector3.One) * saturation) * value;
    }

    /// <summary>A direction uniform on the circle: a point drawn in the disc, scaled to length 1.</summary>
    public static Vector2 Direction(RandomStream random)
    {
        while (true)
        {
            var (x, y) = (Draw(random, -1, 1), Draw(random, -1, 1));
            var square = x * x + y * y;
            if (square is > 0.01f and <= 1)
                return new Vector2(x, y) / MathF.Sqrt(square);
        }
    }

    /// <summary>A direction that leans from the first axis to either side by at most a slope.</summary>
    public static Vector2 Leaning(RandomStream random, float slope)
    {
        var across = Draw(random, -slope, slope);
        return new Vector2(1, across) / MathF.Sqrt(1 + across * across);
    }

    /// <summary>A uniform number.</summary>
    public static float Draw(RandomStream random, float low, float high) => low + (high - low) * (float)random.NextDouble();

    /// <summary>How far a pattern with cells of unit length is in its second tone at (x, y): 0 to 1.</summary>
    /// <param name="texture">The pattern.</param>
    /// <param name="x">In cells.</param>
    /// <param name="y">In cells.</param>
    /// <param name="sharpness">The slope of the edges, in 1 / cell.</param>
    public static float Pattern(Texture texture, float x, float y, float sharpness)
    {
        var (u, v) = (x - MathF.Floor(x) - 0.5f, y - MathF.Floor(y) - 0.5f);
        var (acrossX, acrossY) = (MathF.Abs(u) - 0.25f, MathF.Abs(v) - 0.25f);
        var inside = texture switch
        {
            Texture.Striped => acrossX,
            Texture.Chequered => acrossX * acrossY < 0 ? -MathF.Min(MathF.Abs(acrossX), MathF.Abs(acrossY)) : MathF.Min(MathF.Abs(acrossX), MathF.Abs(acrossY)),
            _ => 0.39f - MathF.Sqrt(u * u + v * v),
        };
        return Math.Clamp(0.5f + inside * sharpness, 0, 1);
    }

    /// <summary>The red channel of a saturated hue: 1 within a sixth of a turn around red, 0 in the opposite third.</summary>
    private static float Ramp(float turns)
    {
        var distance = turns - MathF.Floor(turns);
        return Math.Clamp(2 - 6 * MathF.Min(distance, 1 - distance), 0, 1);
    }
}
