using System.Numerics;
using Selfie3D.Imaging;
using Selfie3D.Texturing;

namespace Selfie3D.Export;

/// <summary>Draws a head from several sides, so that it can be looked at without any viewer.</summary>
public static class PreviewRenderer
{
    /// <summary>Samples per pixel along each axis.</summary>
    private const int Supersampling = 2;
    private const float CameraDistance = 1.1f; // metres
    private const float Border = 1.08f;

    /// <summary>Writes the views beside one another as a PNG.</summary>
    /// <exception cref="ArgumentException">The options ask for no view or for views without size.</exception>
    public static void Write(TexturedMesh head, Stream output, PreviewOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write(ImageEncoder.Png(Render(head, options)));
    }

    /// <summary>Draws the views beside one another.</summary>
    /// <returns>An image of (views * ViewSize) x ViewSize pixels.</returns>
    /// <exception cref="ArgumentException">The options ask for no view or for views without size.</exception>
    public static RgbImage Render(TexturedMesh head, PreviewOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(head);
        options ??= new PreviewOptions();
        if (options.YawDegrees.Count == 0 || options.ViewSize < 8)
            throw new ArgumentException("A preview needs at least one view of at least 8 pixels.", nameof(options));

        var size = options.ViewSize;
        var sheet = new RgbImage(size * options.YawDegrees.Count, size);
        var (min, max) = head.Mesh.Bounds();
        var middle = (min + max) / 2;
        var radius = 1e-3f;
        foreach (var position in head.Mesh.Positions)
        {
            var p = position - middle;
            radius = MathF.Max(radius, MathF.Max(MathF.Abs(p.Y), MathF.Sqrt(p.X * p.X + p.Z * p.Z) * 0.92f));
        }

        var buffers = new PreviewView(size * Supersampling, head, options);
        for (var view = 0; view < options.YawDegrees.Count; view++)
        {
            buffers.Draw(options.YawDegrees[view], middle, CameraDistance * MathF.Max(1, radius / 0.16f), radius * Border);
            Shrink(buffers.Pixels, size, sheet, view * size);
        }
        return sheet;
    }

    private static void Shrink(Vector4[] samples, int size, RgbImage sheet, int left)
    {
        var wide = size * Supersampling;
        for (var y = 0; y < size; y++)
        {
            for (var x = 0; x < size; x++)
            {
                var sum = Vector4.Zero;
                for (var v = 0; v < Supersampling; v++)
                    for (var u = 0; u < Supersampling; u++)
                        sum += samples[(y * Supersampling + v) * wide + x * Supersampling + u];
                TexturePainter.Store(
                    sheet.Pixels.AsSpan(3 * (y * sheet.Width + left + x), 3), sum / (Supersampling * Supersampling));
            }
        }
    }
}
