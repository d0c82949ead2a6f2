using System.CommandLine;
using System.Globalization;
using PriorNas.Cli.Arguments;
using PriorNas.Files;
using PriorNas.SearchSpaces;

namespace PriorNas.Cli.Commands;

/// <summary><c>space count SPACE</c>: exact numbers of codes and of distinct networks.</summary>
internal static class SpaceCountCommand
{
    internal static Command Create(Terminal terminal)
    {
        var space = Options.SpaceArgument();
        var json = Options.Json();
        var command = new Command("count", "Count the codes and the distinct networks of a space.") { space, json };
        command.SetAction(parsed =>
        {
            var opened = SearchSpace.Open(parsed.GetValue(space)!);
            if (parsed.GetValue(json))
                terminal.Output.Write(StrictJson.Write(new Answer(opened.Name, Size.Of(SpaceSize.OfNetwork(opened)), Size.Of(SpaceSize.OfDomain(opened)))));
            else
                Write(SpaceSize.OfNetwork(opened), SpaceSize.OfDomain(opened), terminal.Output);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Write(SpaceSize network, SpaceSize domain, TextWriter output)
    {
        string[] numbers = [Text(network.Codes), Text(network.Networks), Text(domain.Codes), Text(domain.Networks)];
        var width = numbers.Max(n => n.Length);
        output.WriteLine($"the network: everything that a code may name\n  codes              {numbers[0].PadLeft(width)}\n  distinct networks  {numbers[1].PadLeft(width)}");
        output.WriteLine($"the domain: what samplers draw from\n  codes              {numbers[2].PadLeft(width)}\n  distinct networks  {numbers[3].PadLeft(width)}");
    }

    private static string Text(System.Numerics.BigInteger number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>The JSON form. Numbers are texts: many readers of JSON would round them to 53 bits.</summary>
    private sealed record Answer(string Space, Size Network, Size Domain);

    private sealed record Size(string Codes, string Networks)
    {
        internal static Size Of(SpaceSize size) => new(size.Codes.ToString(CultureInfo.InvariantCulture), size.Networks.ToString(CultureInfo.InvariantCulture));
    }
}
