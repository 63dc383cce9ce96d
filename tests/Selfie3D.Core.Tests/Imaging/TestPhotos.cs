using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using ImageMagick;
using SkiaSharp;

namespace Selfie3D.Tests.Imaging;

/// <summary>Encoded pictures, good and bad, made on the spot.</summary>
internal static class TestPhotos
{
    public static SKColor ColorOf(char letter) => letter switch
    {
        'R' => new SKColor(220, 40, 40),
        'G' => new SKColor(40, 200, 40),
        'B' => new SKColor(40, 60, 220),
        _ => new SKColor(230, 230, 230),
    };

    /// <summary>Red, green / blue, white quarters.</summary>
    public static byte[] Quarters(int width, int height, SKEncodedImageFormat format)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                bitmap.SetPixel(x, y, ColorOf("RGBW"[(2 * y >= height ? 2 : 0) + (2 * x >= width ? 1 : 0)]));
        }

        return Encode(bitmap, format);
    }

    public static byte[] Noise(int width, int height, string kind)
    {
        var random = new Random(3);
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                bitmap.SetPixel(x, y, new SKColor((byte)(x + random.Next(60)), (byte)(y + random.Next(60)), (byte)random.Next(200)));
        }

        if (kind == "progressive")
        {
            using var image = new MagickImage(Encode(bitmap, SKEncodedImageFormat.Png));
            return image.ToByteArray(MagickFormat.Pjpeg);
        }

        return Encode(bitmap, kind switch
        {
            "png" => SKEncodedImageFormat.Png,
            "webp" => SKEncodedImageFormat.Webp,
            _ => SKEncodedImageFormat.Jpeg,
        });
    }

    public static byte[] Encode(SKBitmap bitmap, SKEncodedImageFormat format)
    {
        using var data = bitmap.Encode(format, 95);
        return data.ToArray();
    }

    /// <summary>Puts an EXIF block with nothing but an orientation behind the start of a JPEG.</summary>
    public static byte[] WithOrientation(byte[] jpeg, ushort orientation)
    {
        byte[] content = [.. "Exif\0\0"u8, .. Tiff(orientation)];
        int length = content.Length + 2;
        return [0xFF, 0xD8, 0xFF, 0xE1, (byte)(length >> 8), (byte)length, .. content, .. jpeg.AsSpan(2)];
    }

    /// <summary>Puts the same into a PNG (eXIf chunk, before the first IDAT).</summary>
    public static byte[] WithPngOrientation(byte[] png, ushort orientation)
    {
        int data = png.AsSpan().IndexOf("IDAT"u8) - 4;
        return [.. png.AsSpan(0, data), .. Chunk("eXIf"u8, Tiff(orientation)), .. png.AsSpan(data)];
    }

    /// <summary>Index of the 0xFF of a JPEG segment.</summary>
    public static int FindMarker(byte[] jpeg, byte marker)
    {
        int at = 2;
        while (jpeg[at + 1] != marker)
            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(jpeg.AsSpan(at + 2));
        return at;
    }

    /// <summary>A PNG that announces a size and holds no pixel.</summary>
    public static byte[] PngHeader(int width, int height) =>
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, .. Chunk("IHDR"u8, Header(width, height, 8)), .. Chunk("IDAT"u8, []), .. Chunk("IEND"u8, [])];

    public static byte[] SixteenBitPng(int width, int height, ushort red, ushort green, ushort blue)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            byte[] pixel = [(byte)(red >> 8), (byte)red, (byte)(green >> 8), (byte)green, (byte)(blue >> 8), (byte)blue];
            for (int y = 0; y < height; y++)
            {
                zlib.WriteByte(0);
                for (int x = 0; x < width; x++)
                    zlib.Write(pixel);
            }
        }

        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A,
            .. Chunk("IHDR"u8, Header(width, height, 16)), .. Chunk("IDAT"u8, packed.ToArray()), .. Chunk("IEND"u8, [])];
    }

    private static byte[] Tiff(ushort orientation) =>
        [.. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, (byte)(orientation >> 8), (byte)orientation, 0, 0, 0, 0, 0, 0];

    private static byte[] Header(int width, int height, byte bits)
    {
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = bits;
        header[9] = 2; // truecolour
        return header;
    }

    private static byte[] Chunk(ReadOnlySpan<byte> type, byte[] content)
    {
        byte[] chunk = [0, 0, 0, 0, .. type, .. content, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), Crc32.HashToUInt32(chunk.AsSpan(4, 4 + content.Length)));
        return chunk;
    }
}
