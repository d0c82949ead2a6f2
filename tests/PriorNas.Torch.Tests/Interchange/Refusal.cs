using PriorNas.Files;
using PriorNas.Torch.Interchange;

namespace PriorNas.Torch.Tests.Interchange;

internal static class Refusal
{
    /// <summary>Asserts that the bytes are refused by the declared exception, and returns its message of one line.</summary>
    internal static string Of(byte[] bytes, bool requireChecksum)
    {
        var message = Assert.Throws<InputException>(() => SafeTensorsFile.Read(bytes, "damaged.safetensors", requireChecksum)).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }
}
