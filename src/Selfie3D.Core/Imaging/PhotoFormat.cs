using System.Buffers.Binary;
using System.Text;

namespace Selfie3D.Imaging;

/// <summary>Formats that are read.</summary>
internal enum PhotoFormat
{
    Unknown,
    Jpeg,
    Png,
    WebP,
    Heic,
}

/// <summary>Tells formats by content, never by name.</summary>
internal static class PhotoFormats
{
    /// <summary>What a file is, and, where it is not read, what it seems to be in words.</summary>
    public static (PhotoFormat Format, string Description) Sniff(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
            return (PhotoFormat.Jpeg, "a JPEG image");
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
            return (PhotoFormat.Png, "a PNG image");
        if (bytes.Length >= 12 && bytes.StartsWith("RIFF"u8))
            return bytes[8..12].SequenceEqual("WEBP"u8) ? (PhotoFormat.WebP, "a WebP image") : (PhotoFormat.Unknown, "a sound or video file");
        if (bytes.Length >= 12 && bytes[4..8].SequenceEqual("ftyp"u8))
            return SniffIsoMedia(bytes);
        return (PhotoFormat.Unknown, Describe(bytes));
    }

    /// <summary>Width and height in a PNG's header, or null.</summary>
    public static (long Width, long Height)? PngSize(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= 24 && bytes[12..16].SequenceEqual("IHDR"u8)
            ? (BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]), BinaryPrimitives.ReadUInt32BigEndian(bytes[20..]))
            : null;

    private static (PhotoFormat, string) SniffIsoMedia(ReadOnlySpan<byte> bytes)
    {
        int boxLength = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(bytes), (uint)Math.Min(bytes.Length, 256));
        var major = bytes[8..12];
        if (IsHeic(major))
            return (PhotoFormat.Heic, "a HEIC image");
        if (major.SequenceEqual("avif"u8) || major.SequenceEqual("avis"u8))
            return (PhotoFormat.Unknown, "an AVIF image");
        // mif1 and msf1 only say "some image"; the compatible brands say which.
        if (major.SequenceEqual("mif1"u8) || major.SequenceEqual("msf1"u8))
        {
            for (int i = 16; i + 4 <= boxLength; i += 4)
            {
                if (IsHeic(bytes.Slice(i, 4)))
                    return (PhotoFormat.Heic, "a HEIC image");
            }

            return (PhotoFormat.Unknown, "an AVIF or other HEIF image");
        }

        return (PhotoFormat.Unknown, "a video file");
    }

    private static bool IsHeic(ReadOnlySpan<byte> brand) =>
        brand.SequenceEqual("heic"u8) || brand.SequenceEqual("heix"u8) || brand.SequenceEqual("heim"u8) ||
        brand.SequenceEqual("heis"u8) || brand.SequenceEqual("hevc"u8) || brand.SequenceEqual("hevx"u8);

    private static string Describe(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith("GIF8"u8))
            return "a GIF image";
        if (bytes.StartsWith("BM"u8))
            return "a BMP image";
        if (bytes.StartsWith("II*\0"u8) || bytes.StartsWith("MM\0*"u8))
            return "a TIFF or camera raw image";
        if (bytes.StartsWith("8BPS"u8))
            return "a Photoshop document";
        if (bytes.StartsWith("%PDF"u8))
            return "a PDF document";
        if (bytes.StartsWith("PK\u0003\u0004"u8))
            return "a zip archive or an office document";

        string text = Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, 512)]).TrimStart('\u00EF', '\u00BB', '\u00BF', ' ', '\t', '\r', '\n');
        if (text.Contains("<svg", StringComparison.OrdinalIgnoreCase))
            return "an SVG drawing";
        if (text.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase) || text.StartsWith("<html", StringComparison.OrdinalIgnoreCase))
            return "a web page";
        return text.StartsWith('<') ? "an XML or HTML text" : "not an image of a known kind";
    }
}
