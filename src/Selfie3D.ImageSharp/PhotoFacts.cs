using System.Buffers.Binary;
using Selfie3D.Imaging;

namespace Selfie3D.ImageSharp;

/// <summary>What ImageSharp does not report of a file.</summary>
internal static class PhotoFacts
{
    /// <summary>Whether the end of a JPEG, PNG or WebP is missing.</summary>
    public static bool IsEndMissing(ReadOnlySpan<byte> bytes, PhotoFormat format) => format switch
    {
        PhotoFormat.Jpeg => JpegStructure.IsTruncated(bytes),
        PhotoFormat.Png => !HasPngEnd(bytes),
        PhotoFormat.WebP => bytes.Length < 12 || BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) > bytes.Length - 8,
        _ => false,
    };

    /// <summary>Whether a PNG says that its colours are not plain sRGB (PNG 3, sections 11.3.2.3 and 11.3.2.6).</summary>
    public static bool HasPngProfile(ReadOnlySpan<byte> png) => FindChunk(png, "iCCP"u8, "cICP"u8);

    private static bool HasPngEnd(ReadOnlySpan<byte> png) => FindChunk(png, "IEND"u8, "IEND"u8);

    private static bool FindChunk(ReadOnlySpan<byte> png, ReadOnlySpan<byte> type, ReadOnlySpan<byte> orType)
    {
        int at = 8;
        while (at + 12 <= png.Length)
        {
            var found = png.Slice(at + 4, 4);
            if (found.SequenceEqual(type) || found.SequenceEqual(orType))
                return true;
            uint length = BinaryPrimitives.ReadUInt32BigEndian(png[at..]);
            if (length > png.Length - at - 12)
                return false;
            at += 12 + (int)length;
        }

        return false;
    }
}
