namespace PriorNas.Torch.Data.Synthetic;

/// <summary>The outline of an object.</summary>
internal enum Shape
{
    Disc,
    Square,
    Triangle,
    Cross,
}

/// <summary>The two-tone pattern on an object.</summary>
internal enum Texture
{
    Striped,
    Chequered,
    Spotted,
}

/// <summary>The hue of an object; the value is its third of the colour circle.</summary>
internal enum Hue
{
    Red,
    Green,
    Blue,
}

/// <summary>What tells a class from the others: three cues that only together name it.</summary>
internal sealed record SyntheticClass(Hue Hue, Texture Texture, Shape Shape)
{
    /// <summary>The number of classes: 3 hues x 3 textures x 4 shapes.</summary>
    public const int Combinations = 36;

    // Among the first ten, each of colour, texture and shape has a pair of classes that it alone tells apart.
    private static readonly SyntheticClass[] Leading =
    [
        new(Hue.Red, Texture.Striped, Shape.Disc),
        new(Hue.Red, Texture.Striped, Shape.Square),
        new(Hue.Red, Texture.Spotted, Shape.Disc),
        new(Hue.Green, Texture.Striped, Shape.Disc),
        new(Hue.Green, Texture.Chequered, Shape.Square),
        new(Hue.Green, Texture.Spotted, Shape.Square),
        new(Hue.Green, Texture.Chequered, Shape.Triangle),
        new(Hue.Blue, Texture.Chequered, Shape.Triangle),
        new(Hue.Blue, Texture.Striped, Shape.Cross),
        new(Hue.Blue, Texture.Spotted, Shape.Cross),
    ];

    /// <summary>All classes, in the order of their labels.</summary>
    public static IReadOnlyList<SyntheticClass> All { get; } =
    [
        .. Leading.Concat(
            from shape in Enum.GetValues<Shape>()
            from texture in Enum.GetValues<Texture>()
            from hue in Enum.GetValues<Hue>()
            select new SyntheticClass(hue, texture, shape)).Distinct(),
    ];

    /// <summary>For example "red striped disc".</summary>
    public string Name => $"{Hue} {Texture} {Shape}".ToLowerInvariant();
}
