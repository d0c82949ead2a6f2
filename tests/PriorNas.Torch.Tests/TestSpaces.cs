using PriorNas.Randomness;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;
using PriorNas.Torch.Supernet;

namespace PriorNas.Torch.Tests;

/// <summary>The spaces of the library at sizes that a test can afford.</summary>
public static class TestSpaces
{
    internal static SearchSpace Tiny { get; } = SearchSpace.Open("tiny");

    /// <summary>Every space of the library at 32 pixels and 10 classes.</summary>
    public static TheoryData<string> Names => [.. SearchSpace.EmbeddedNames];

    internal static SearchSpace Small(string name) => SearchSpace.Open(name).With(imageSize: 32, classes: 10);

    internal static ElasticResNet Supernet(SearchSpace space, ActivationKind outer = ActivationKind.Relu, ulong seed = 1) =>
        new(space, new NetworkOptions { OuterActivation = outer }, new RandomStream(seed));

    /// <summary>Largest, smallest and some random architectures of a space.</summary>
    internal static Architecture[] Some(SearchSpace space, int random) =>
        [space.LargestOfNetwork, space.Largest, space.Smallest, .. Enumerable.Range(0, random).Select(i => UniformSampler.Draw(space, new RandomStream(9).Split(i)))];
}
