using System.Text.Json;
using PriorNas.Files;
using PriorNas.Randomness;
using PriorNas.Sampling;
using PriorNas.SearchSpaces;
using PriorNas.Tests.SearchSpaces;

namespace PriorNas.Tests.Sampling;

/// <summary>What holds for the samplers of all kinds.</summary>
public class SubnetSamplerTest
{
    public static TheoryData<SamplerKind> Kinds => [.. Enum.GetValues<SamplerKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void All_nets_are_architectures_of_the_domain(SamplerKind kind)
    {
        var sampler = SubnetSampler.Create(kind, candidates: 12);
        foreach (var domain in TestDomains.All)
        {
            for (var step = 0L; step < 30; step++)
            {
                var count = sampler.FixedCount(domain) ?? 6;
                var subnets = sampler.Draw(domain, count, new RandomStream(1), step);
                Assert.Equal(count, subnets.Length);
                Assert.All(subnets, subnet => Assert.Equal(subnet, domain.Space.Parse(subnet.Code)));
                Assert.All(subnets, subnet => Assert.True(domain.Contains(subnet), subnet.Code));
            }
        }
    }

    /// <summary>Neither on the draws before, nor on where the stream stands, nor on which sampler draws.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_draw_depends_on_seed_and_step_alone(SamplerKind kind)
    {
        var domain = SamplingDomain.Of(TestSpaces.Challenge);
        var sampler = SubnetSampler.Create(kind);
        var count = sampler.FixedCount(domain) ?? 4;
        var random = new RandomStream(1);
        var steps = Enumerable.Range(0, 40).Select(step => sampler.Draw(domain, count, random, step)).ToArray();
        random.NextUInt64();
        Assert.Equal(steps[27], sampler.Draw(domain, count, random, 27));
        Assert.Equal(steps[27], SubnetSampler.Create(kind).Draw(SamplingDomain.Of(TestSpaces.Challenge), count, new RandomStream(1), 27));
        Assert.NotEqual(steps[27], sampler.Draw(domain, count, new RandomStream(2), 27));
        Assert.NotEqual(steps[27], steps[5]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Fewer_nets_are_the_first_of_more(SamplerKind kind)
    {
        var domain = SamplingDomain.Of(TestSpaces.Challenge);
        var sampler = SubnetSampler.Create(kind, candidates: 20);
        if (sampler.FixedCount(domain) is not null)
            return;
        Assert.Equal(sampler.Draw(domain, 9, new RandomStream(1), 3)[..4], sampler.Draw(domain, 4, new RandomStream(1), 3));
        Assert.Empty(sampler.Draw(domain, 0, new RandomStream(1), 3));
    }

    [Theory]
    [InlineData(SamplerKind.Uniform)]
    [InlineData(SamplerKind.Progressive)]
    public void Uniform_nets_are_independent_draws_of_one_stream(SamplerKind kind)
    {
        foreach (var domain in TestDomains.All)
        {
            var random = new RandomStream(3);
            var stream = random.Split("nets", 11);
            Assert.Equal(Enumerable.Range(0, 5).Select(_ => UniformSampler.Draw(domain, stream)), SubnetSampler.Create(kind).Draw(domain, 5, random, 11));
        }
    }

    [Fact]
    public void Kinds_are_written_in_kebab_case() => Assert.Equal(
        ["uniform", "fair", "progressive", "flops-balanced", "size-biased", "stratified"],
        Enum.GetValues<SamplerKind>().Select(kind => JsonSerializer.SerializeToElement(kind, StrictJson.Options).GetString()));

    [Fact]
    public void Candidates_are_3_or_400_where_not_said() => Assert.Equal(
        [null, null, null, 3, 400, null], Enum.GetValues<SamplerKind>().Select(SubnetSampler.DefaultCandidates));

    [Fact]
    public void Numbers_out_of_range_are_refused()
    {
        var domain = SamplingDomain.Of(TestSpaces.Tiny);
        Assert.Throws<ArgumentOutOfRangeException>("candidates", () => SubnetSampler.Create(SamplerKind.SizeBiased, candidates: 0));
        Assert.Throws<ArgumentOutOfRangeException>("groupSteps", () => SubnetSampler.Create(SamplerKind.Fair, groupSteps: 0));
        Assert.Throws<ArgumentOutOfRangeException>("kind", () => SubnetSampler.Create((SamplerKind)99));
        Assert.Throws<ArgumentOutOfRangeException>("count", () => SubnetSampler.Create(SamplerKind.Uniform).Draw(domain, -1, new RandomStream(1), 0));
        Assert.Throws<ArgumentOutOfRangeException>("step", () => SubnetSampler.Create(SamplerKind.Uniform).Draw(domain, 1, new RandomStream(1), -1));
        Assert.Throws<ArgumentOutOfRangeException>("count", () => SubnetSampler.Create(SamplerKind.Fair).Draw(domain, 3, new RandomStream(1), 0));
        Assert.Throws<ArgumentOutOfRangeException>("count", () => SubnetSampler.Create(SamplerKind.SizeBiased, candidates: 3).Draw(domain, 4, new RandomStream(1), 0));
    }
}
