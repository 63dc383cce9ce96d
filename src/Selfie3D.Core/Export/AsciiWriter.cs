namespace Selfie3D.Export;

/// <summary>Writes ASCII text and numbers to a stream fast and in no culture.</summary>
internal sealed class AsciiWriter(Stream output) : IDisposable
{
    private const int Flush = 60_000, Room = 64;
    private readonly byte[] _buffer = new byte[Flush + Room];
    private int _used;

    /// <summary>Text of any length; characters beyond ASCII are written as UTF-8.</summary>
    public void Text(string text)
    {
        Empty();
        output.Write(System.Text.Encoding.UTF8.GetBytes(text));
    }

    public void Char(char character)
    {
        if (_used >= Flush) Empty();
        _buffer[_used++] = (byte)character;
    }

    public void Integer(long value)
    {
        if (_used >= Flush) Empty();
        if (value < 0)
        {
            _buffer[_used++] = (byte)'-';
            value = -value;
        }
        Span<byte> digits = stackalloc byte[20];
        var count = 0;
        do digits[count++] = (byte)('0' + value % 10);
        while ((value /= 10) > 0);
        while (count > 0) _buffer[_used++] = digits[--count];
    }

    /// <summary>A number with a fixed count of decimals, without an exponent.</summary>
    public void Fixed(float value, int decimals)
    {
        if (_used >= Flush) Empty();
        long unit = 1;
        for (var k = 0; k < decimals; k++) unit *= 10;
        var scaled = (long)Math.Round((double)value * unit);
        if (scaled < 0)
        {
            _buffer[_used++] = (byte)'-';
            scaled = -scaled;
        }
        Integer(scaled / unit);
        _buffer[_used++] = (byte)'.';
        for (var rest = scaled % unit; unit > 1; rest %= unit)
        {
            unit /= 10;
            _buffer[_used++] = (byte)('0' + rest / unit);
        }
    }

    public void Dispose() => Empty();

    private void Empty()
    {
        output.Write(_buffer, 0, _used);
        _used = 0;
    }
}
