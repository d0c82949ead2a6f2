using System.Numerics;

namespace PriorNas.Testing;

/// <summary>Pieces of texts and headers.</summary>
internal static class Tokens
{
    /// <summary>What JSON, numbers and names of files are broken by.</summary>
    internal static string[] Hostile { get; } =
    [
        "", "0", "-0", "-1", "1", "2", "3", "01", "1.5", "1e2", "1e999", "-1e999", "1e-999", "64", "65", "255", "256", "8192", "1000000", "2147483647", "2147483648", "-2147483648",
        "4294967296", "9223372036854775807", "9223372036854775808", "18446744073709551615", "18446744073709551616", "99999999999999999999999999999999999999999999",
        "null", "true", "false", "NaN", "Infinity", "[]", "{}", "[null]", "[1,2,3]", "\"\"", "\"a\"", "\"\\ud800\"", "\"\\u0000\"", "\"\\", "\\", "//", "/**/", "\uD800", "\0", "\r\n", "\t", " ", "٣", "é",
        "{", "}", "[", "]", ":", ",", "\"", "-", ".", "=", "+", "\"none\"", "\"flops\"",
    ];

    internal static T[] Of<T>(string text)
        where T : unmanaged, IBinaryInteger<T> => [.. text.Select(character => T.CreateTruncating((int)character))];

    /// <summary>Runs of letters and digits, and everything else one by one; at least one range.</summary>
    internal static List<Range> Split<T>(ReadOnlySpan<T> input)
        where T : unmanaged, IBinaryInteger<T>
    {
        var ranges = new List<Range>();
        var start = 0;
        for (var i = 1; i <= input.Length; i++)
        {
            if (i == input.Length || !IsWord(input[i - 1]) || !IsWord(input[i]))
            {
                ranges.Add(start..i);
                start = i;
            }
        }

        return ranges.Count == 0 ? [0..0] : ranges;
    }

    private static bool IsWord<T>(T item)
        where T : unmanaged, IBinaryInteger<T> => char.IsAsciiLetterOrDigit((char)uint.CreateTruncating(item));
}
