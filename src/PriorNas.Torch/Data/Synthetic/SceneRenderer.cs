using System.Numerics;
using PriorNas.Randomness;

namespace PriorNas.Torch.Data.Synthetic;

/// <summary>Draws an image of a class: gradient, distractors, the object, noise.</summary>
internal static class SceneRenderer
{
    /// <summary>Peak deviation of the noise from 0; its distribution is a triangle.</summary>
    private const float Noise = 0.2f;

    /// <summary>Renders a square image of some pixels a side.</summary>
    public static RgbImage Render(SyntheticClass kind, RandomStream random, int size)
    {
        var canvas = new Vector3[size * size];
        PaintGradient(canvas, size, random);
        PaintDistractors(4 + random.Next(8), canvas, size, random);
        Target(kind, random, size).Paint(canvas, size);
        PaintDistractors(random.Next(2), canvas, size, random);
        return new RgbImage(size, size, AddNoise(canvas, random));
    }

    private static void PaintGradient(Vector3[] canvas, int size, RandomStream random)
    {
        var (from, to) = (AnyColor(random), AnyColor(random));
        var slope = Paint.Direction(random) / (1.42f * size);
        for (var y = 0; y < size; y++)
        {
            for (var x = 0; x < size; x++)
            {
                var position = 0.5f + slope.X * (x - 0.5f * size) + slope.Y * (y - 0.5f * size);
                canvas[y * size + x] = from + (to - from) * position;
            }
        }
    }

    private static void PaintDistractors(int count, Vector3[] canvas, int size, RandomStream random)
    {
        for (var left = count; left > 0; left--)
            Distractor(random, size).Paint(canvas, size);
    }

    /// <summary>A small object of any shape, texture and colours: always smaller than an object of a class.</summary>
    private static SceneObject Distractor(RandomStream random, int size)
    {
        return new SceneObject
        {
            Shape = (Shape)random.Next(4),
            Texture = (Texture)random.Next(3),
            Center = new Vector2(Paint.Draw(random, 0, size), Paint.Draw(random, 0, size)),
            Radius = Paint.Draw(random, 0.07f, 0.2f) * size,
            Axis = Paint.Direction(random),
            PatternAxis = Paint.Direction(random),
            PatternOffset = Vector2.Zero,
            Cell = Paint.Draw(random, 0.14f, 0.3f) * size,
            First = AnyColor(random),
            Second = AnyColor(random),
        };
    }

    /// <summary>The object that makes the class.</summary>
    private static SceneObject Target(SyntheticClass kind, RandomStream random, int size)
    {
        // Neighbouring hues overlap: four images in ten are of a hue that is nearer to another class's.
        var turns = (float)kind.Hue / 4 + Paint.Draw(random, -0.21f, 0.21f);
        var value = Paint.Draw(random, 0.6f, 1);
        var saturation = Paint.Draw(random, 0.4f, 0.95f);
        var contrast = Paint.Draw(random, 0.7f, 1);
        var radius = Paint.Draw(random, 0.25f, 0.38f) * size;
        return new SceneObject
        {
            Shape = kind.Shape,
            Texture = kind.Texture,
            Center = new Vector2(Paint.Draw(random, 0.3f, 0.7f) * size, Paint.Draw(random, 0.3f, 0.7f) * size),
            Radius = radius,
            Axis = Paint.Leaning(random, 0.36f),
            PatternAxis = Paint.Direction(random),
            PatternOffset = new Vector2(Paint.Draw(random, 0, 1), Paint.Draw(random, 0, 1)),
            Cell = Paint.Draw(random, 0.6f, 0.85f) * radius,
            First = Paint.Color(turns, saturation, value),
            Second = Paint.Color(turns, saturation, value * (1 - contrast)),
        };
    }

    private static Vector3 AnyColor(RandomStream random) =>
        Paint.Color(Paint.Draw(random, 0, 1), Paint.Draw(random, 0, 0.9f), Paint.Draw(random, 0.15f, 0.95f));

    private static byte[] AddNoise(Vector3[] canvas, RandomStream random)
    {
        const float Scale = Noise / 255;
        var pixels = new byte[3 * canvas.Length];
        for (var i = 0; i < canvas.Length; i++)
        {
            var bits = random.NextUInt64();
            for (var channel = 0; channel < 3; channel++, bits >>= 16)
            {
                // The difference of two uniform bytes.
                var noise = ((int)(bits & 255) - (int)((bits >> 8) & 255)) * Scale;
                pixels[3 * i + channel] = (byte)(Math.Clamp(canvas[i][channel] + noise, 0, 1) * 255 + 0.5f);
            }
        }

        return pixels;
    }
}
