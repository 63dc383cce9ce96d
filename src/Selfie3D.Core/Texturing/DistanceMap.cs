namespace Selfie3D.Texturing;

/// <summary>Distances to the nearest of some pixels of a map.</summary>
internal static class DistanceMap
{
    /// <summary>Larger than any distance on a map.</summary>
    public const float Far = 1e9f;

    private const float Diagonal = 1.41421356f;

    /// <summary>
    /// Replaces every distance by the smallest that can be reached from another pixel, steps counting 1 and sqrt 2
    /// (Borgefors, Distance transformations in digital images, 1986). The outermost pixels are left as they are.
    /// </summary>
    /// <param name="distance">[y, x] 0 at the pixels to measure from, <see cref="Far"/> elsewhere.</param>
    /// <param name="source">[y, x] the pixel itself where distance is 0; becomes the pixel that was nearest. Null if not wanted.</param>
    /// <param name="width">Pixels per row.</param>
    /// <param name="height">Rows.</param>
    public static void Spread(float[] distance, int[]? source, int width, int height)
    {
        for (var y = 1; y < height - 1; y++)
            for (var x = 1; x < width - 1; x++)
            {
                var at = y * width + x;
                Take(distance, source, at, at - 1, 1);
                Take(distance, source, at, at - width, 1);
                Take(distance, source, at, at - width - 1, Diagonal);
                Take(distance, source, at, at - width + 1, Diagonal);
            }
        for (var y = height - 2; y > 0; y--)
            for (var x = width - 2; x > 0; x--)
            {
                var at = y * width + x;
                Take(distance, source, at, at + 1, 1);
                Take(distance, source, at, at + width, 1);
                Take(distance, source, at, at + width + 1, Diagonal);
                Take(distance, source, at, at + width - 1, Diagonal);
            }
    }

    private static void Take(float[] distance, int[]? source, int at, int from, float step)
    {
        var through = distance[from] + step;
        if (through >= distance[at]) return;
        distance[at] = through;
        if (source is not null) source[at] = source[from];
    }
}
