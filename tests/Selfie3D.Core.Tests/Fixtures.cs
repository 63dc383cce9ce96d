using System.Reflection;
using Selfie3D.Imaging;

namespace Selfie3D.Tests;

/// <summary>Files of tests/fixtures and pictures that several tests use.</summary>
internal static class Fixtures
{
    public static string RepoRoot { get; } = typeof(Fixtures).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepoRoot").Value!;

    public static string Path(string name) => System.IO.Path.Combine(AppContext.BaseDirectory, "fixtures", name);

    /// <summary>A grey picture with one pure red disc, which the stub models take for a face.</summary>
    public static RgbImage Disc(int width, int height, float centerX, float centerY, float diameter)
    {
        var image = new RgbImage(width, height);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                float dx = x + 0.5f - centerX, dy = y + 0.5f - centerY;
                bool inside = dx * dx + dy * dy < diameter * diameter / 4;
                var pixel = image.Pixels.AsSpan(3 * (y * width + x), 3);
                pixel.Fill(inside ? (byte)0 : (byte)100);
                if (inside)
                    pixel[0] = 255;
            }
        }

        return image;
    }
}
