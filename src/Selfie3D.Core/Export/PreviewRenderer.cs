using System.Numerics;
using Selfie3D.Imaging;
using Selfie3D.Texturing;

namespace Selfie3D.Export;

/// <summary>Draws a head from several sides, so that it can be looked at without any viewer.</summary>
public static class PreviewRenderer
{
    private const float CameraDistance = 1.1f; // metres
    private const float Border = 1.08f;

    /// <summary>Writes the views beside one another as a PNG.</summary>
    /// <exception cref="ArgumentException">The options ask for no view, for views without size or for too many samples.</exception>
    public static void Write(TexturedMesh head, Stream output, PreviewOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write(ImageEncoder.Png(Render(head, options)));
    }

    /// <summary>Draws the views beside one another.</summary>
    /// <returns>An image of (views * ViewSize) x ViewSize pixels.</returns>
    /// <exception cref="ArgumentException">The options ask for no view, for views without size or for too many samples.</exception>
    public static RgbImage Render(TexturedMesh head, PreviewOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(head);
        options = Checked(options);
        if (options.YawDegrees.Count == 0) throw new ArgumentException("A preview needs at least one view.", nameof(options));
        var sheet = new RgbImage(options.ViewSize * options.YawDegrees.Count, options.ViewSize);
        var left = 0;
        foreach (var view in Views(head, options, options.YawDegrees))
        {
            for (var y = 0; y < view.Height; y++)
                view.Pixels.AsSpan(3 * y * view.Width, 3 * view.Width).CopyTo(sheet.Pixels.AsSpan(3 * (y * sheet.Width + left)));
            left += view.Width;
        }
        return sheet;
    }

    /// <summary>Draws a full turn of the head, picture by picture as they are asked for; the last goes over into the first.</summary>
    /// <param name="head">The head.</param>
    /// <param name="frames">Pictures of the turn, at least 2. The first shows the front, the face then turns to the left edge.</param>
    /// <param name="options">Null for the defaults; <see cref="PreviewOptions.YawDegrees"/> is not used.</param>
    /// <returns>Images of ViewSize x ViewSize pixels.</returns>
    /// <exception cref="ArgumentException">Fewer than 2 frames, or the options ask for views without size or too many samples.</exception>
    public static IEnumerable<RgbImage> Turntable(TexturedMesh head, int frames = 36, PreviewOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(head);
        ArgumentOutOfRangeException.ThrowIfLessThan(frames, 2);
        return Views(head, Checked(options), [.. Enumerable.Range(0, frames).Select(frame => 360f * frame / frames)]);
    }

    private static PreviewOptions Checked(PreviewOptions? options)
    {
        options ??= new PreviewOptions();
        if (options.ViewSize < 8) throw new ArgumentException($"Views of {options.ViewSize} pixels; at least 8 are needed.", nameof(options));
        if (options.Supersampling is < 1 or > 4)
            throw new ArgumentException($"{options.Supersampling} samples along each axis; 1 to 4 are possible.", nameof(options));
        return options;
    }

    private static IEnumerable<RgbImage> Views(TexturedMesh head, PreviewOptions options, IReadOnlyList<float> yawDegrees)
    {
        var (min, max) = head.Mesh.Bounds();
        var middle = (min + max) / 2;
        var radius = 1e-3f;
        foreach (var position in head.Mesh.Positions)
        {
            var p = position - middle;
            radius = MathF.Max(radius, MathF.Max(MathF.Abs(p.Y), MathF.Sqrt(p.X * p.X + p.Z * p.Z) * 0.92f));
        }
        var camera = new PreviewCamera(middle, CameraDistance * MathF.Max(1, radius / 0.16f), radius * Border);
        var view = new PreviewView(head, options);
        foreach (var yaw in yawDegrees) yield return view.Draw(yaw, camera);
    }
}
