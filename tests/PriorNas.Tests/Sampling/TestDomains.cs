using PriorNas.SearchSpaces;
using PriorNas.Tests.SearchSpaces;

namespace PriorNas.Tests.Sampling;

/// <summary>The domains that samplers are tested on.</summary>
internal static class TestDomains
{
    /// <summary>Of every space the declared domain, the largest network alone, and parts between.</summary>
    internal static SamplingDomain[] All { get; } =
    [
        .. TestSpaces.All.Select(SamplingDomain.Of)
            .SelectMany(domain => new[] { domain, domain.Shrunk(0, 0), domain.Shrunk(0.4, 1), domain.Shrunk(1, 0.5), domain.Shrunk(2.0 / 3, 1.0 / 6) }),
    ];
}
