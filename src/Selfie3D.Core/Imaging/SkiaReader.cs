using SkiaSharp;

namespace Selfie3D.Imaging;

/// <summary>JPEG, PNG and WebP through SkiaSharp.</summary>
internal static class SkiaReader
{
    public static Photo Read(ReadOnlyMemory<byte> bytes, PhotoFormat format, string description, PhotoDecoder decoder)
    {
        // Skia gives no codec at all for a PNG of absurd size, so its header is read here first.
        if (format == PhotoFormat.Png && PhotoFormats.PngSize(bytes.Span) is { } size)
            decoder.CheckPixels(size.Width, size.Height);

        using var pinned = bytes.Pin();
        using var data = Wrap(pinned, bytes.Length);
        using var codec = SKCodec.Create(data) ?? throw PhotoDecoder.Damaged(description);
        int width = codec.Info.Width, height = codec.Info.Height;
        decoder.CheckPixels(width, height);
        if (format == PhotoFormat.Jpeg && JpegStructure.IsTruncatedProgressive(bytes.Span))
            throw PhotoDecoder.Truncated(description);

        int shrink = decoder.ShrinkFactor(Math.Max(width, height));
        var scaled = codec.GetScaledDimensions(1f / shrink);
        var info = new SKImageInfo(scaled.Width, scaled.Height, SKColorType.Rgba8888, SKAlphaType.Premul, SKColorSpace.CreateSrgb());
        using var bitmap = new SKBitmap();
        if (!bitmap.TryAllocPixels(info))
            throw new SelfieException(ErrorCodes.ImageTooLarge, $"There is no memory for {width} x {height} pixels. Make the image smaller.");

        switch (codec.GetPixels(info, bitmap.GetPixels()))
        {
            case SKCodecResult.Success:
                break;
            case SKCodecResult.IncompleteInput:
                throw PhotoDecoder.Truncated(description);
            case var result:
                throw PhotoDecoder.Damaged(description, new InvalidDataException($"SKCodec: {result}."));
        }

        // What the codec could not shrink (PNG) is shrunk here.
        int rest = Math.Max(1, shrink * Math.Max(scaled.Width, scaled.Height) / Math.Max(width, height));
        int orientation = format == PhotoFormat.Png ? PngOrientation.Read(bytes.Span) : (int)codec.EncodedOrigin;
        bool swap = orientation >= 5;
        var image = Upright.FromRgba(bitmap.GetPixelSpan(), scaled.Width, scaled.Height, bitmap.RowBytes, rest, orientation);
        return new Photo(image, swap ? height : width, swap ? width : height);
    }

    private static unsafe SKData Wrap(System.Buffers.MemoryHandle pinned, int length) => SKData.Create((nint)pinned.Pointer, length);
}
