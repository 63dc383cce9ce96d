using ImageMagick;

namespace Selfie3D.Imaging;

/// <summary>HEIC through Magick.NET, which is used for nothing else.</summary>
internal static class HeicReader
{
    private const string Description = "a HEIC image";

    public static Photo Read(ReadOnlyMemory<byte> bytes, PhotoDecoder decoder)
    {
        try
        {
            var settings = new MagickReadSettings { Format = MagickFormat.Heic };
            var header = new MagickImageInfo();
            header.Read(bytes.Span, settings);
            decoder.CheckPixels(header.Width, header.Height);

            using var image = new MagickImage(bytes.Span, settings);
            int width = (int)image.Width, height = (int)image.Height;
            if (image.GetColorProfile() is not null)
                image.TransformColorSpace(ColorProfiles.SRGB);
            using var pixels = image.GetPixelsUnsafe();
            byte[] rgb = pixels.ToByteArray(PixelMapping.RGB) ?? throw PhotoDecoder.Damaged(Description);
            // The HEIF reader has applied the file's rotation already; EXIF orientation must not be applied again.
            return new Photo(BoxShrink.Shrink(new RgbImage(width, height, rgb), decoder.ShrinkFactor(Math.Max(width, height))), width, height);
        }
        catch (MagickException e)
        {
            throw PhotoDecoder.Damaged(Description, e);
        }
    }
}
