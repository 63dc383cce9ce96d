using System.Numerics;

namespace Selfie3D.Texturing;

/// <summary>Spreads the known pixels of an image smoothly over the unknown ones (push-pull, Gortler et al., The Lumigraph, 1996).</summary>
internal static class PushPull
{
    /// <summary>Gives every pixel of weight below 1 the colour of what is known around it.</summary>
    /// <param name="pixels">[y, x] colour times weight, and the weight 0..1; comes back with all weights 1, or 0 where nothing at all was known.</param>
    /// <param name="width">Pixels per row.</param>
    /// <param name="height">Rows.</param>
    public static void Fill(Vector4[] pixels, int width, int height)
    {
        int halfWidth = (width + 1) / 2, halfHeight = (height + 1) / 2;
        if (width <= 1 && height <= 1) return;
        var half = new Vector4[halfWidth * halfHeight];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                half[(y >> 1) * halfWidth + (x >> 1)] += pixels[y * width + x];
        // One known pixel of four says enough.
        for (var k = 0; k < half.Length; k++) if (half[k].W > 1) half[k] /= half[k].W;
        Fill(half, halfWidth, halfHeight);

        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                ref var pixel = ref pixels[y * width + x];
                if (pixel.W >= 1) continue;
                // The three nearest of the coarser pixels are a quarter of a step away, this one's own half a quarter.
                int u = x >> 1, v = y >> 1;
                var du = (x & 1) == 0 ? Math.Max(0, u - 1) : Math.Min(halfWidth - 1, u + 1);
                var dv = (y & 1) == 0 ? Math.Max(0, v - 1) : Math.Min(halfHeight - 1, v + 1);
                var coarse = 0.5625f * half[v * halfWidth + u] + 0.1875f * (half[v * halfWidth + du] + half[dv * halfWidth + u])
                    + 0.0625f * half[dv * halfWidth + du];
                pixel += (1 - pixel.W) * coarse;
            }
        }
    }
}
