using PriorNas.Files;
using PriorNas.Priors;
using PriorNas.Randomness;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;
using PriorNas.Tests.SearchSpaces;

namespace PriorNas.Tests.Sampling;

public class LandmarkSamplerTest
{
    private const int Count = 20;

    public static TheoryData<string> Spaces => ["tiny", "resnet20-width", "resnet48-challenge"];

    [Theory]
    [MemberData(nameof(Spaces))]
    public void Each_stands_for_its_share_of_uniform_draws_by_multiply_adds(string name)
    {
        var space = SearchSpace.Open(name);
        var landmarks = LandmarkSampler.Draw(space, Count, new RandomStream(1));
        Assert.Equal(Count, landmarks.Distinct().Count());
        Assert.All(landmarks, landmark => Assert.Equal(landmark.Canonical().Code, landmark.Code));
        var random = new RandomStream(2);
        var draws = Enumerable.Range(0, 2000).Select(_ => Cost(UniformSampler.Draw(space, random))).ToArray();
        Assert.All(landmarks.Index(), landmark =>
        {
            var share = draws.Count(cost => cost < Cost(landmark.Item)) / (double)draws.Length;
            Assert.InRange(share, (landmark.Index + 0.5) / Count - 0.15, (landmark.Index + 0.5) / Count + 0.15);
        });
    }

    [Fact]
    public void They_depend_on_the_seed_alone()
    {
        string[] Codes(ulong seed) => [.. LandmarkSampler.Draw(TestSpaces.Tiny, Count, new RandomStream(seed)).Select(landmark => landmark.Code)];
        Assert.Equal(Codes(1), Codes(1));
        Assert.NotEqual(Codes(1), Codes(2));
    }

    [Fact]
    public void A_space_of_fewer_networks_is_refused()
    {
        var networks = SpaceSize.OfDomain(Few).Networks;
        Assert.Equal(
            $"{networks + 1} distinct networks are wanted, but the domain of space 'few' has {networks}; ask for at most so many.",
            Assert.Throws<InputException>(() => LandmarkSampler.Draw(Few, (int)networks + 1, new RandomStream(1))).Message);
        Assert.Equal((int)networks, LandmarkSampler.Draw(Few, (int)networks, new RandomStream(1)).Distinct().Count());
    }

    private static SearchSpace Few { get; } = SearchSpace.Read(
        """
        {
          "name": "few", "imageSize": 16, "classes": 4,
          "stem": { "kind": "conv3x3", "followsFirstStage": true, "widths": { "channels": [8, 4] } },
          "stages": [{ "depth": { "min": 1, "max": 2 }, "projection": "none", "widths": { "channels": [8, 4] } }]
        }
        """,
        "few");

    private static long Cost(Architecture architecture) => FlopsPrior.MultiplyAdds(NetworkShape.Of(architecture));
}
