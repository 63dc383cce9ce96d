namespace Selfie3D.Imaging;

/// <summary>Shrinks an image by a whole factor.</summary>
internal static class BoxShrink
{
    /// <summary>Averages squares of <paramref name="factor"/> pixels; 1 gives back the image itself.</summary>
    public static RgbImage Shrink(RgbImage image, int factor)
    {
        if (factor <= 1)
            return image;
        int blockX = Math.Min(factor, image.Width), blockY = Math.Min(factor, image.Height);
        var small = new RgbImage(Math.Max(1, image.Width / factor), Math.Max(1, image.Height / factor));
        int area = blockX * blockY;
        Parallel.For(0, small.Height, y =>
        {
            for (int x = 0; x < small.Width; x++)
            {
                for (int channel = 0; channel < 3; channel++)
                {
                    int sum = area / 2;
                    for (int v = 0; v < blockY; v++)
                    {
                        int row = 3 * ((y * factor + v) * image.Width + x * factor) + channel;
                        for (int u = 0; u < blockX; u++)
                            sum += image.Pixels[row + 3 * u];
                    }

                    small.Pixels[3 * (y * small.Width + x) + channel] = (byte)(sum / area);
                }
            }
        });
        return small;
    }
}
