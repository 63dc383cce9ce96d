using System.Buffers.Binary;

namespace Selfie3D.Service.Uploads;

/// <summary>Containers of photos.</summary>
internal enum PhotoKind
{
    None,
    Jpeg,
    Png,
    WebP,
    Heif,
}

/// <summary>Where the pixels of a photo file begin and end; only lengths are followed, nothing is decoded.</summary>
internal static class PhotoStructure
{
    private static ReadOnlySpan<byte> PngSignature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Told by the first twelve bytes.</summary>
    public static PhotoKind KindOf(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
            return PhotoKind.Jpeg;
        if (file.StartsWith(PngSignature))
            return PhotoKind.Png;
        if (file.Length < 12)
            return PhotoKind.None;
        if (file.StartsWith("RIFF"u8) && file[8..12].SequenceEqual("WEBP"u8))
            return PhotoKind.WebP;
        return file[4..8].SequenceEqual("ftyp"u8) ? PhotoKind.Heif : PhotoKind.None;
    }

    /// <summary>What lies before the pixels (metadata) and what lies behind the end of the photo.</summary>
    public static (Range Header, Range Tail) Around(ReadOnlySpan<byte> file) => KindOf(file) switch
    {
        PhotoKind.Jpeg => AroundJpeg(file),
        PhotoKind.Png => AroundPng(file),
        PhotoKind.WebP => AroundWebP(file),
        _ => AroundHeif(file),
    };

    private static (Range, Range) AroundJpeg(ReadOnlySpan<byte> file)
    {
        const byte StartOfScan = 0xDA, EndOfImage = 0xD9;
        int at = 2, header = -1;
        while (at + 4 <= file.Length)
        {
            byte marker = file[at + 1];
            if (file[at] != 0xFF)
            {
                int step = file[at..].IndexOf((byte)0xFF);
                if (step < 0)
                    break;
                at += step;
            }
            else if (marker == 0xFF)
            {
                at++;
            }
            else if (marker is 0x00 or 0x01 or (>= 0xD0 and <= 0xD8))
            {
                at += 2;
            }
            else if (marker == EndOfImage)
            {
                return (..(header < 0 ? at : header), (at + 2)..);
            }
            else
            {
                if (marker == StartOfScan && header < 0)
                    header = at;
                at += 2 + BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
            }
        }

        return (..(header < 0 ? file.Length : header), file.Length..);
    }

    private static (Range, Range) AroundPng(ReadOnlySpan<byte> file)
    {
        int header = -1;
        for (long at = PngSignature.Length; at + 12 <= file.Length;)
        {
            var type = file.Slice((int)at + 4, 4);
            if (header < 0 && type.SequenceEqual("IDAT"u8))
                header = (int)at;
            at += 12L + BinaryPrimitives.ReadUInt32BigEndian(file[(int)at..]);
            if (type.SequenceEqual("IEND"u8))
                return (..(header < 0 ? (int)Math.Min(at, file.Length) : header), (int)Math.Min(at, file.Length)..);
        }

        return (..(header < 0 ? file.Length : header), file.Length..);
    }

    private static (Range, Range) AroundWebP(ReadOnlySpan<byte> file)
    {
        long end = 8L + BinaryPrimitives.ReadUInt32LittleEndian(file[4..]);
        return (..Math.Min(file.Length, 64), (int)Math.Min(end + (end & 1), file.Length)..);
    }

    private static (Range, Range) AroundHeif(ReadOnlySpan<byte> file)
    {
        long at = 0;
        int header = -1;
        while (at + 8 <= file.Length)
        {
            long length = BinaryPrimitives.ReadUInt32BigEndian(file[(int)at..]);
            var type = file.Slice((int)at + 4, 4);
            if (!IsBoxType(type))
                break; // not a box: here the photo ends
            if (header < 0 && type.SequenceEqual("mdat"u8))
                header = (int)at;
            if (length == 1 && at + 16 <= file.Length)
                length = (long)Math.Min(BinaryPrimitives.ReadUInt64BigEndian(file[((int)at + 8)..]), long.MaxValue / 2);
            if (length < 8)
                return (..(header < 0 ? file.Length : header), file.Length..); // 0: to the end of the file
            at += length;
        }

        int end = (int)Math.Min(at, file.Length);
        return (..(header < 0 ? end : header), end..);
    }

    private static bool IsBoxType(ReadOnlySpan<byte> type)
    {
        foreach (byte character in type)
        {
            if (character is not ((>= (byte)'a' and <= (byte)'z') or (>= (byte)'A' and <= (byte)'Z') or (>= (byte)'0' and <= (byte)'9') or (byte)' '))
                return false;
        }

        return true;
    }
}
