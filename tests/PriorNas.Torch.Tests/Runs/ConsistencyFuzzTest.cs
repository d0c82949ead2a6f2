using PriorNas.Testing;
using PriorNas.Torch.Runs;

namespace PriorNas.Torch.Tests.Runs;

/// <summary>Any text is a table of epochs, each once, or is refused in words.</summary>
public class ConsistencyFuzzTest
{
    private const long ConstantBytes = 60_000;
    private const long BytesPerCharacter = 200;

    private const string Valid = """
        name,epoch,step,images,pearson,pearson_low,pearson_high,tau_b,tau_b_low,tau_b_high
        epoch-0001,1,3,32,0.5,0.25,0.75,-1E-05,-0.5,0.5
        epoch-0004,4,12,1000,,,,1,1,1

        """;

    private static readonly Mutations<char> Texts = new([Valid.ToCharArray(), Valid.Split('\n')[0].ToCharArray()], [.. ((string[])
        [",", "\n", "\"", "epoch-0001,1", "epoch-00001,1", "-1", "NaN", "1e999", "2", "0.5", "99999999999999999999", " ", "\r", "٣"]).Select(token => token.ToCharArray())]);

    [Fact]
    public void Any_text_is_a_table_or_bad_input()
    {
        var accepted = new ReaderTrial("consistency", ConstantBytes, BytesPerCharacter).Run(
            random => new string(Texts.Draw(random)),
            text => text.Length,
            text => ConsistencyFile.Parse(text, "c.csv"),
            (_, file) => Assert.Equal(file.Epochs.Count, file.Epochs.Distinct().Count()),
            text => text);
        Assert.InRange(accepted, ReaderTrial.Cases / 100, ReaderTrial.Cases * 9 / 10);
    }
}
