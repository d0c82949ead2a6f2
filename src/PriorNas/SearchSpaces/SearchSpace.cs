using System.Collections.Immutable;
using System.Reflection;
using PriorNas.Files;

namespace PriorNas.SearchSpaces;

/// <summary>
/// A declared space of elastic residual networks: the network (all depths and widths that a code may name) and, within it, the
/// <b>domain</b> that samplers draw from. Immutable; made from a JSON declaration.
/// </summary>
public sealed class SearchSpace
{
    private readonly SearchSpaceDeclaration declared;
    private readonly int[] firstPositionOfStage;
    private SamplingDomain? network;

    internal SearchSpace(SearchSpaceDeclaration declaration, Stem stem, ImmutableArray<Stage> stages)
    {
        Name = declaration.Name;
        Description = declaration.Description ?? "";
        ImageSize = declaration.ImageSize;
        Classes = declaration.Classes;
        Block = declaration.Block;
        CodeFormat = declaration.Code;
        UnusedCodeNumbers = declaration.UnusedCodeNumber ?? [];
        Stem = stem;
        Stages = stages;
        declared = declaration;
        Declaration = StrictJson.Write(declaration);
        Hash = Sha256Text.Of(Declaration);

        firstPositionOfStage = new int[stages.Length];
        var position = stages.Length + 1;
        for (var i = 0; i < stages.Length; i++)
        {
            firstPositionOfStage[i] = position;
            position += 2 * stages[i].Depth.Max;
        }

        PositionCount = position + (UnusedCodeNumbers.Length > 0 ? 1 : 0);
        Domain = new SamplingDomain(this, stem.DomainChoices, [.. stages.Select(s => new StageDomain(s.DomainDepth, s.DomainChoices, s.DomainInnerChoices))]);
    }

    /// <summary>The names of the spaces that come with the library.</summary>
    public static ImmutableArray<string> EmbeddedNames { get; } =
    [
        .. Assembly.GetExecutingAssembly().GetManifestResourceNames()
            .Where(name => name.StartsWith("spaces/", StringComparison.Ordinal))
            .Select(name => Path.GetFileNameWithoutExtension(name["spaces/".Length..]))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>What the space is called.</summary>
    public string Name { get; }

    /// <summary>One or two sentences about it.</summary>
    public string Description { get; }

    /// <summary>Height and width of the images, in pixels, at which costs are counted and networks are trained.</summary>
    public int ImageSize { get; }

    /// <summary>Number of classes of the head.</summary>
    public int Classes { get; }

    /// <summary>What a block consists of.</summary>
    public BlockKind Block { get; }

    /// <summary>How codes are written.</summary>
    public CodeFormat CodeFormat { get; }

    /// <summary>What the last number of a code may be where that number has no meaning for the network; else empty.</summary>
    public ImmutableArray<int> UnusedCodeNumbers { get; }

    /// <summary>What stands before the stages.</summary>
    public Stem Stem { get; }

    /// <summary>The stages, first to last.</summary>
    public ImmutableArray<Stage> Stages { get; }

    /// <summary>The declaration with every value written out, as JSON.</summary>
    public string Declaration { get; }

    /// <summary>SHA-256 of <see cref="Declaration"/>, in hexadecimal: equal for equal spaces.</summary>
    public string Hash { get; }

    /// <summary>The largest architecture of the domain.</summary>
    public Architecture Largest => Domain.Largest;

    /// <summary>The smallest architecture of the domain.</summary>
    public Architecture Smallest => Domain.Smallest;

    /// <summary>The largest architecture that a code may name: the shape of the supernet's weights.</summary>
    public Architecture LargestOfNetwork => Network.Largest;

    /// <summary>The smallest architecture that a code may name.</summary>
    public Architecture SmallestOfNetwork => Network.Smallest;

    /// <summary>Digits of an architecture: a depth for each stage, the stem's choice, then (inner, output) for each block.</summary>
    internal int PositionCount { get; }

    internal int StemPosition => Stages.Length;

    /// <summary>See <see cref="SamplingDomain.Of"/>.</summary>
    internal SamplingDomain Domain { get; }

    private SamplingDomain Network => network ??= SamplingDomain.OfNetwork(this);

    /// <summary>A space of the library, by name, or of a user's file, by path.</summary>
    /// <exception cref="InputException">There is no such space, or the file does not declare one.</exception>
    public static SearchSpace Open(string nameOrPath)
    {
        ArgumentNullException.ThrowIfNull(nameOrPath);
        if (EmbeddedNames.Contains(nameOrPath))
            return Embedded(nameOrPath);
        if (!File.Exists(nameOrPath))
            throw new InputException($"search space '{nameOrPath}' is unknown: it is neither a file nor one of {string.Join(", ", EmbeddedNames)}.");
        return Read(StrictJson.ReadText(nameOrPath, "search space"), $"search space '{nameOrPath}'");
    }

    /// <summary>Reads a declaration.</summary>
    /// <param name="json">The declaration.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <exception cref="InputException">The text does not declare a space; the message names every fault.</exception>
    public static SearchSpace Read(string json, string source) => SearchSpaceReader.Read(json, source);

    /// <summary>The same space for images of another size or other classes.</summary>
    /// <param name="imageSize">Height and width in pixels, or null for the declared one.</param>
    /// <param name="classes">Number of classes, or null for the declared one.</param>
    /// <exception cref="InputException">A value is out of range.</exception>
    public SearchSpace With(int? imageSize, int? classes) => imageSize is null && classes is null
        ? this
        : Read(StrictJson.Write(declared with { ImageSize = imageSize ?? ImageSize, Classes = classes ?? Classes }), $"search space '{Name}'");

    /// <summary>Reads an architecture's code; see <see cref="CodeFormat"/>.</summary>
    /// <exception cref="InputException">The code is not of this space; the message says which position is wrong and what it may be.</exception>
    public Architecture Parse(string code) => ArchitectureCode.Parse(this, code);

    /// <summary>The position of a block's inner choice; its output choice follows.</summary>
    internal int InnerPosition(int stage, int block) => firstPositionOfStage[stage] + 2 * block;

    private static SearchSpace Embedded(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"spaces/{name}.json")!;
        using var reader = new StreamReader(stream);
        return Read(reader.ReadToEnd(), $"search space '{name}'");
    }
}
