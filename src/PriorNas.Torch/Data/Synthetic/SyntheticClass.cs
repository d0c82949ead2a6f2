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

/// <summary>The hue of an object; the value is its quarter of the colour circle.</summary>
internal enum Hue
{
    Red,
    Green,
    Cyan,
    Violet,
}

/// <summary>What tells a class from the others: three cues that only together name it.</summary>
internal sealed record SyntheticClass(Hue Hue, Texture Texture, Shape Shape)
{
    /// <summary>The number of classes: 4 hues x 3 textures x 4 shapes.</summary>
    public const int Combinations = 48;

    // Any two of the first twelve differ in at least two cues. So each cue is learned for its own sake, and together they make up for a
    // hue that is mistaken.
    private static readonly IEnumerable<SyntheticClass> Leading =
        from texture in Enum.GetValues<Texture>()
        from hue in Enum.GetValues<Hue>()
        select new SyntheticClass(hue, texture, (Shape)(((int)hue + (int)texture) % 4));

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
