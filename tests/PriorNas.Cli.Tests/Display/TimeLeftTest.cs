using PriorNas.Cli.Display;

namespace PriorNas.Cli.Tests.Display;

public class TimeLeftTest
{
    [Theory]
    [InlineData(0, "0:00:00")]
    [InlineData(3661.9, "1:01:01")]
    [InlineData(26 * 3600 + 62, "26:01:02")]
    [InlineData(1000 * 3600, "1000:00:00")]
    public void Hours_do_not_begin_anew_after_a_day(double seconds, string text) => Assert.Equal(text, TimeLeft.Text(TimeSpan.FromSeconds(seconds)));
}
