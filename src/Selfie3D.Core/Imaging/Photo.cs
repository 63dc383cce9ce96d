namespace Selfie3D.Imaging;

/// <summary>A decoded photo: its pixels, perhaps fewer than in the file, and the size of the upright original.</summary>
/// <param name="Image">Upright pixels, shrunk by <see cref="Scale"/>.</param>
/// <param name="Width">Width of the upright original, pixels.</param>
/// <param name="Height">Height of the upright original, pixels.</param>
public sealed record Photo(RgbImage Image, int Width, int Height)
{
    /// <summary>Pixels of <see cref="Image"/> per pixel of the original, at most 1.</summary>
    public float Scale => (float)Math.Max(Image.Width, Image.Height) / Math.Max(Width, Height);

    /// <summary>A photo whose pixels are all there.</summary>
    public static Photo FromImage(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return new Photo(image, image.Width, image.Height);
    }
}
