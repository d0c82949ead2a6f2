using System.CommandLine;

namespace PriorNas.Cli.Tests;

/// <summary>A value that an option without words of its own cannot take.</summary>
public class UsageFaultTest
{
    [Theory]
    [InlineData("--whole", "--whole is 'x', allowed is a whole number.")]
    [InlineData("--count", "--count is 'x', allowed is a whole number, 0 or more.")]
    [InlineData("--rate", "--rate is 'x', allowed is a number.")]
    public void No_type_of_the_runtime_is_named(string option, string message)
    {
        var command = new Command("test") { new Option<int?>("--whole"), new Option<ulong>("--count"), new Option<double?>("--rate") };
        Assert.Equal(message, UsageFault.Describe(Assert.Single(command.Parse([option, "x"]).Errors)));
    }

    [Fact]
    public void An_argument_is_named_as_one()
    {
        var command = new Command("test") { new Argument<int>("N") };
        Assert.Equal("argument N is 'x', allowed is a whole number.", UsageFault.Describe(Assert.Single(command.Parse(["x"]).Errors)));
    }
}
