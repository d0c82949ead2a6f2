using CsCheck;
using PriorNas.SearchSpaces;

namespace PriorNas.Tests.SearchSpaces;

public class ArchitectureCodeTest
{
    [Fact]
    public void Parsing_and_formatting_are_inverse() =>
        TestSpaces.Architectures.Sample(a => a.Space.Parse(a.Code).Equals(a) && a.Space.Parse(a.Code).Code == a.Code, iter: 5_000, threads: 1);

    [Fact]
    public void The_parts_of_a_digits_code_are_read()
    {
        var a = TestSpaces.Resnet48.Parse("1458211151515100561616767641111111115161716141000000");
        Assert.Equal([4, 5, 8, 2], Enumerable.Range(0, 4).Select(a.Depth));
        Assert.Equal(19, a.TotalDepth());
        Assert.Equal(64, a.StemChannels);
        Assert.Equal([64, 48, 48, 48], Enumerable.Range(0, 4).Select(block => a.InnerChannels(0, block)));
        Assert.All(Enumerable.Range(0, 4), block => Assert.Equal(64, a.OutputChannels(0, block)));
        Assert.Equal([104, 128, 128, 88, 88], Enumerable.Range(0, 5).Select(block => a.InnerChannels(1, block)));
        Assert.All(Enumerable.Range(0, 5), block => Assert.Equal(96, a.OutputChannels(1, block)));
        Assert.Equal(512, NetworkShape.Of(a).FinalChannels);
        Assert.Equal("1458211151515100561616767641111111115161716141000000", a.ToString());
    }

    [Fact]
    public void The_parts_of_a_widths_code_are_read()
    {
        var a = TestSpaces.Elastic.Parse("8-4-12-12-8-0-0-8-16-16-16-0-0");
        Assert.Equal((2, 2, 8), (a.Depth(0), a.Depth(1), a.StemChannels));
        Assert.Equal((4, 12, 12, 8), (a.InnerChannels(0, 0), a.OutputChannels(0, 0), a.InnerChannels(0, 1), a.OutputChannels(0, 1)));
        Assert.Equal((8, 16), (a.InnerChannels(1, 0), NetworkShape.Of(a).FinalChannels));
    }

    [Fact]
    public void The_widths_of_a_bottleneck_are_its_inner_and_its_output()
    {
        var a = TestSpaces.Resnet50.Parse("12342" + "2" + "213100" + "12223200" + "112131110000" + "331300");
        Assert.Equal([2, 3, 4, 2], Enumerable.Range(0, 4).Select(a.Depth));
        Assert.Equal(48, a.StemChannels);
        Assert.Equal((48, 256, 32, 256), (a.InnerChannels(0, 0), a.OutputChannels(0, 0), a.InnerChannels(0, 1), a.OutputChannels(0, 1)));
        Assert.Equal([128, 96, 64], Enumerable.Range(0, 3).Select(block => a.InnerChannels(1, block)));
        Assert.All(Enumerable.Range(0, 3), block => Assert.Equal(408, a.OutputChannels(1, block)));
        Assert.Equal((256, 1328), (a.InnerChannels(3, 0), NetworkShape.Of(a).FinalChannels));

        var b = TestSpaces.Bottlenecks.Parse("8-4-16-2-8-8-32-0-0");
        Assert.Equal((4, 16, 2, 8, 32), (b.InnerChannels(0, 0), b.OutputChannels(0, 0), b.InnerChannels(0, 1), b.OutputChannels(0, 1), NetworkShape.Of(b).FinalChannels));
    }

    [Fact]
    public void The_last_number_of_a_2021_code_is_kept_but_names_no_other_network()
    {
        var a = TestSpaces.Resnet20.Parse("4-12-4-4-16-8-4-12-32-24-16-8-8-24-60-12-64-64-52-60");
        var b = TestSpaces.Resnet20.Parse("4-12-4-4-16-8-4-12-32-24-16-8-8-24-60-12-64-64-52-4");
        Assert.EndsWith("-52-60", a.Code, StringComparison.Ordinal);
        Assert.NotEqual(a, b);
        Assert.Equal(a.Canonical(), b.Canonical());
        Assert.Equal(52, NetworkShape.Of(a).FinalChannels);
    }

    [Fact]
    public void A_missing_code_is_a_fault_of_the_caller() => Assert.Throws<ArgumentNullException>(() => TestSpaces.Tiny.Parse(null!));
}
