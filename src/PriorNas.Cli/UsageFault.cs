using System.CommandLine.Parsing;

namespace PriorNas.Cli;

/// <summary>What is wrong with a command line, in words without the names of .NET types.</summary>
internal static class UsageFault
{
    internal static string Describe(ParseError error)
    {
        var (name, type) = error.SymbolResult switch
        {
            OptionResult option => (option.Option.Name, option.Option.ValueType),
            ArgumentResult argument => ($"argument {argument.Argument.Name}", argument.Argument.ValueType),
            _ => ("", typeof(string)),
        };

        // The library's own sentence about a value that cannot be converted names the type; all others are fit to be shown.
        return error.Message.Contains(type.ToString(), StringComparison.Ordinal) && AllowedFor(type) is { } allowed
            ? $"{name} is {string.Join(' ', error.SymbolResult!.Tokens.Select(t => $"'{t.Value}'"))}, allowed is {allowed}."
            : error.Message.ReplaceLineEndings(" ").Replace("\t", "", StringComparison.Ordinal);
    }

    private static string? AllowedFor(Type type) => Type.GetTypeCode(Nullable.GetUnderlyingType(type) ?? type) switch
    {
        TypeCode.Int32 or TypeCode.Int64 => "a whole number",
        TypeCode.UInt32 or TypeCode.UInt64 => "a whole number, 0 or more",
        TypeCode.Single or TypeCode.Double or TypeCode.Decimal => "a number",
        TypeCode.Boolean => "true or false",
        _ => null,
    };
}
