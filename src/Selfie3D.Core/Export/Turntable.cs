using ImageMagick;
using Selfie3D.Texturing;

namespace Selfie3D.Export;

/// <summary>Draws a head turning once around, so that it can be looked at from all sides without any viewer.</summary>
public static class Turntable
{
    private const int Frames = 36, HundredthsPerFrame = 9, Quality = 80;

    /// <summary>Writes an animated WebP that plays for ever.</summary>
    /// <param name="head">The head.</param>
    /// <param name="output">Is not closed.</param>
    /// <param name="options">Size, light and threads; its views are replaced. Null for the defaults.</param>
    public static void Write(TexturedMesh head, Stream output, PreviewOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(output);
        options ??= new PreviewOptions();
        var size = (uint)options.ViewSize;
        using var frames = new MagickImageCollection();
        foreach (var picture in PreviewRenderer.Turntable(head, Frames, options))
        {
            var frame = new MagickImage();
            frame.ReadPixels(picture.Pixels, new PixelReadSettings(size, size, StorageType.Char, PixelMapping.RGB));
            frame.AnimationDelay = HundredthsPerFrame;
            frame.AnimationIterations = 0;
            frame.Quality = Quality;
            frames.Add(frame);
        }

        frames.Write(output, MagickFormat.WebP);
    }
}
