using System.Buffers.Binary;

namespace Selfie3D.Imaging;

/// <summary>The EXIF orientation of a PNG (eXIf chunk; PNG 3, section 11.3.4.5), which Skia does not report.</summary>
internal static class PngOrientation
{
    private const ushort OrientationTag = 0x0112;

    /// <summary>1..8; 1 when there is none.</summary>
    public static int Read(ReadOnlySpan<byte> png)
    {
        int at = 8;
        while (at + 12 <= png.Length)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(png[at..]);
            if (length > png.Length - at - 12)
                break;
            if (png.Slice(at + 4, 4).SequenceEqual("eXIf"u8))
                return ReadTiff(png.Slice(at + 8, (int)length));
            at += 12 + (int)length;
        }

        return 1;
    }

    private static int ReadTiff(ReadOnlySpan<byte> tiff)
    {
        if (tiff.Length < 10)
            return 1;
        bool little = tiff[0] == 'I';
        uint directory = Read32(tiff[4..], little);
        if (directory > tiff.Length - 2)
            return 1;
        int entries = Read16(tiff[(int)directory..], little);
        for (int at = (int)directory + 2; entries > 0 && at + 12 <= tiff.Length; entries--, at += 12)
        {
            if (Read16(tiff[at..], little) == OrientationTag)
                return Read16(tiff[(at + 8)..], little) is var orientation and >= 1 and <= 8 ? orientation : 1;
        }

        return 1;
    }

    private static ushort Read16(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static uint Read32(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
