namespace PriorNas.Cli.Display;

/// <summary>The time that a job still takes, as it is shown: hours, which may be more than a day's, minutes and seconds.</summary>
internal static class TimeLeft
{
    internal static string Text(TimeSpan left) => FormattableString.Invariant($"{(long)left.TotalHours}:{left:mm\\:ss}");
}
