namespace Selfie3D.Export.Draco;

/// <summary>Bits one after the other, the lowest of each byte first.</summary>
internal sealed class BitPacker
{
    private readonly List<byte> _bytes = [];
    private uint _pending;
    private int _count;

    /// <summary>Adds the lowest bits of a value.</summary>
    /// <param name="value">Has no bits above them.</param>
    /// <param name="bits">1 to 8.</param>
    public void Add(byte value, int bits)
    {
        _pending |= (uint)value << _count;
        _count += bits;
        if (_count < 8)
            return;
        _bytes.Add((byte)_pending);
        _pending >>= 8;
        _count -= 8;
    }

    /// <summary>All bits, the last byte filled with zeros.</summary>
    public byte[] ToArray() => _count > 0 ? [.. _bytes, (byte)_pending] : [.. _bytes];
}
