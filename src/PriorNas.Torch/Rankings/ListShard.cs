using System.Globalization;

namespace PriorNas.Torch.Rankings;

/// <summary>One of several parts into which a list of architectures is divided; see <see cref="Evaluation.PrefixOrder.Part"/>.</summary>
/// <param name="Index">0-based.</param>
/// <param name="Count">At least 1.</param>
public readonly record struct ListShard(int Index, int Count)
{
    /// <summary>Reads "2/4", the second of four.</summary>
    /// <returns>Null where the text is no part: 1 &lt;= i &lt;= n must hold.</returns>
    public static ListShard? TryParse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var numbers = text.Split('/');
        return numbers.Length == 2
            && int.TryParse(numbers[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && int.TryParse(numbers[1], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && number >= 1 && number <= count
            ? new ListShard(number - 1, count)
            : null;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Index + 1}/{Count}");
}
