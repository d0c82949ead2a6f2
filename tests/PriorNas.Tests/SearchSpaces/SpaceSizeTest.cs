using System.Globalization;
using System.Numerics;
using PriorNas.Files;
using PriorNas.SearchSpaces;

namespace PriorNas.Tests.SearchSpaces;

public class SpaceSizeTest
{
    [Theory]
    [InlineData("resnet48", "121588067670250048000000", "390265359584655744000")]
    [InlineData("resnet48-challenge", "121588067670250048000000", "390265359584655744000")]
    [InlineData("tiny", "37933056", "37933056")]
    [InlineData("resnet20-width", "1152921504606846976", "72057594037927936")]
    [InlineData("resnet50", "38799444528", "38799444528")]
    public void Codes_and_networks_of_a_space_are_counted_exactly(string name, string codes, string networks) =>
        Assert.Equal(new SpaceSize(Number(codes), Number(networks)), SpaceSize.OfNetwork(SearchSpace.Open(name)));

    [Theory]
    [InlineData("resnet48", "121588067670250048000000", "390265359584655744000")]
    [InlineData("resnet48-challenge", "390693436560000000", "43410381840000000")]
    [InlineData("tiny", "37933056", "37933056")]
    public void Codes_and_networks_of_a_domain_are_counted_exactly(string name, string codes, string networks) =>
        Assert.Equal(new SpaceSize(Number(codes), Number(networks)), SpaceSize.OfDomain(SearchSpace.Open(name)));

    [Fact]
    public void The_counts_of_a_small_space_are_those_of_all_its_codes()
    {
        var found = Enumerate("1", ["12", "12", "12", "012", "012", "012", "012", "012", "012", "012", "012"]).Select(code => Try(TestSpaces.Small, code)).OfType<Architecture>().ToArray();
        var inDomain = found.Where(a => a.IsInDomain()).ToArray();
        Assert.Equal(new SpaceSize(found.Length, found.Select(a => a.Canonical()).Distinct().Count()), SpaceSize.OfNetwork(TestSpaces.Small));
        Assert.Equal(new SpaceSize(inDomain.Length, inDomain.Select(a => a.Canonical()).Distinct().Count()), SpaceSize.OfDomain(TestSpaces.Small));
        Assert.Equal(144, found.Length);
        Assert.All(found, a => Assert.Equal(found.Count(b => b.Canonical().Equals(a.Canonical())), (int)a.CountCodes()));
        Assert.Equal(24, found.Select(a => a.Canonical()).Distinct().Count());
    }

    /// <summary>Inner and output widths with choices and domains apart: all texts of the right length, of digits 0 to 3.</summary>
    [Fact]
    public void The_counts_of_a_space_with_inner_widths_are_those_of_all_its_codes()
    {
        var found = Enumerate("1", ["12", "12", "123", "12", "0123", "012"]).Select(code => Try(TestSpaces.Inner, code)).OfType<Architecture>().ToArray();
        var inDomain = found.Where(a => a.IsInDomain()).ToArray();
        Assert.Equal((24, 12), (found.Length, found.Select(a => a.Canonical()).Distinct().Count()));
        Assert.Equal(new SpaceSize(24, 12), SpaceSize.OfNetwork(TestSpaces.Inner));
        Assert.Equal(new SpaceSize(inDomain.Length, inDomain.Select(a => a.Canonical()).Distinct().Count()), SpaceSize.OfDomain(TestSpaces.Inner));
        Assert.All(found, a => Assert.Equal(found.Count(b => b.Canonical().Equals(a.Canonical())), (int)a.CountCodes()));
        Assert.Contains(found, a => a.CountCodes() > 1);
    }

    /// <summary>One output for each block and two blocks at most: (2 x 3) + (2 x 3)^2 and 2 + 2 codes of the stages, 2 of the stem; in the domain 2 x 2 in place of 2 x 3.</summary>
    [Fact]
    public void The_counts_of_bottlenecks_are_those_by_hand()
    {
        Assert.Equal(new SpaceSize(2 * 42 * 4, 2 * 42 * 4), SpaceSize.OfNetwork(TestSpaces.Bottlenecks));
        Assert.Equal(new SpaceSize(2 * 20 * 4, 2 * 20 * 4), SpaceSize.OfDomain(TestSpaces.Bottlenecks));
    }

    /// <summary>Texts of widths, the stem's, then inner and output of each block; every network has one code.</summary>
    [Fact]
    public void The_counts_of_bottlenecks_are_those_of_all_their_codes()
    {
        string[][] choices = [["-6", "-4", "-2"], ["-16", "-8"], ["-0", "-6", "-4", "-2"], ["-0", "-16", "-8"], ["-8"], ["-32", "-24"], ["-0", "-8"], ["-0", "-32", "-24"]];
        var codes = choices.Aggregate((IEnumerable<string>)["4", "8"], (texts, next) => texts.SelectMany(text => next.Select(width => text + width)));
        var found = codes.Select(code => Try(TestSpaces.Bottlenecks, code)).OfType<Architecture>().ToArray();
        var inDomain = found.Where(a => a.IsInDomain()).ToArray();
        Assert.Equal(new SpaceSize(found.Length, found.Select(a => a.Canonical()).Distinct().Count()), SpaceSize.OfNetwork(TestSpaces.Bottlenecks));
        Assert.Equal(new SpaceSize(inDomain.Length, inDomain.Select(a => a.Canonical()).Distinct().Count()), SpaceSize.OfDomain(TestSpaces.Bottlenecks));
        Assert.All(found, a => Assert.Equal(1, a.CountCodes()));
    }

    /// <summary>The three stages of tiny have the same choices, and its stem has none of its own: its size is the cube of one stage's.</summary>
    [Fact]
    public void The_counts_of_tiny_are_those_of_all_codes_of_a_stage()
    {
        var stage = Enumerable.Range(1, 3).Sum(depth => Enumerate("", [.. Enumerable.Repeat("01234", 2 * depth)])
            .Count(digits => Try(TestSpaces.Tiny, $"11{depth}11110000{digits.PadRight(6, '0')}110000") is not null));
        Assert.Equal(336, stage);
        Assert.Equal(BigInteger.Pow(stage, 3), SpaceSize.OfNetwork(TestSpaces.Tiny).Codes);
    }

    /// <summary>Two of the 16 unused numbers differ in nothing else; in resnet48, 64 and 56 channels have two codes each, 48 has three.</summary>
    [Fact]
    public void The_codes_of_a_network_are_counted()
    {
        Assert.Equal(16, TestSpaces.Resnet20.Largest.CountCodes());
        Assert.Equal(1, TestSpaces.Tiny.Smallest.CountCodes());
        Assert.Equal(BigInteger.Pow(2, 6), TestSpaces.Resnet48.Largest.CountCodes());
        Assert.Equal(BigInteger.Pow(3, 3), TestSpaces.Resnet48.SmallestOfNetwork.CountCodes());
    }

    private static BigInteger Number(string digits) => BigInteger.Parse(digits, CultureInfo.InvariantCulture);

    private static IEnumerable<string> Enumerate(string start, string[] choices) =>
        choices.Aggregate((IEnumerable<string>)[start], (texts, next) => texts.SelectMany(text => next.Select(c => text + c)));

    private static Architecture? Try(SearchSpace space, string code)
    {
        try
        {
            return space.Parse(code);
        }
        catch (InputException)
        {
            return null;
        }
    }
}
