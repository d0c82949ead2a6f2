using PriorNas.Files;

namespace PriorNas.Torch.Tests.Interchange;

/// <summary>A damaged or hostile file is refused with one line, by <see cref="InputException"/> and no other exception.</summary>
public class SafeTensorsDamageTest
{
    private static readonly byte[] Intact = Samples.Write(Samples.Small, Samples.Metadata);

    [Fact]
    public void Every_truncation_is_refused()
    {
        for (var length = 0; length < Intact.Length; length++)
            Refusal.Of(Intact[..length], requireChecksum: false);
    }

    /// <summary>All 255 other values of the bytes of the prefix and header's start, else each flipped bit and what JSON is made of.</summary>
    [Fact]
    public void Every_byte_altered_is_refused()
    {
        const int FullyTried = 32;
        byte[] bits = [1, 2, 4, 8, 16, 32, 64, 128];
        for (var i = 0; i < Intact.Length; i++)
        {
            var original = Intact[i];
            IEnumerable<byte> values = i < FullyTried
                ? Enumerable.Range(0, 256).Select(value => (byte)value)
                : [.. bits.Select(bit => (byte)(original ^ bit)), .. "\0\t \"\\,:0919afF[]{}"u8, 255];
            var damaged = (byte[])Intact.Clone();
            foreach (var value in values.Where(value => value != original))
            {
                damaged[i] = value;
                Refusal.Of(damaged, requireChecksum: true);
            }
        }
    }

    /// <summary>Not required, the checksum is verified all the same unless its key itself was altered.</summary>
    [Fact]
    public void Every_flipped_bit_outside_of_the_checksums_key_is_refused_also_when_no_checksum_is_required()
    {
        var key = Intact.AsSpan().IndexOf("sha256"u8);
        for (var bit = 0; bit < Intact.Length * 8; bit++)
        {
            if (bit / 8 >= key && bit / 8 < key + 6)
                continue;
            var damaged = (byte[])Intact.Clone();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            Refusal.Of(damaged, requireChecksum: false);
        }
    }
}
