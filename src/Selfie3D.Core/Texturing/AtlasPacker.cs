namespace Selfie3D.Texturing;

/// <summary>Packs the rectangles of charts into a square, as large as they fit (skyline, bottom-left; Jylänki, 2010).</summary>
internal static class AtlasPacker
{
    private const int LeastGutter = 3;
    private const int SizeOfOne = 256;
    private const int SearchSteps = 14;

    /// <summary>Texels kept free around every chart of a texture: the more the larger it is, as it has more mipmaps to be clean in.</summary>
    public static int Gutter(int size) => Math.Max(LeastGutter, size / SizeOfOne);

    /// <summary>Places the charts and says how large a texel is.</summary>
    /// <param name="charts">Their places are set.</param>
    /// <param name="size">Side of the square, texels.</param>
    /// <param name="frontDetail">How many times finer charts of side 0 are.</param>
    /// <returns>Metres per texel of the charts of other sides than 0.</returns>
    public static float Pack(List<Chart> charts, int size, float frontDetail)
    {
        var order = charts.OrderByDescending(c => Extent(c, frontDetail).Height).ThenBy(c => c.Triangles[0]).ToArray();
        var area = charts.Sum(c => (double)Extent(c, frontDetail).Width * Extent(c, frontDetail).Height);
        var low = (float)Math.Sqrt(area) / size; // too fine: no free texel at all
        var high = low;
        while (!TryPack(order, size, frontDetail, high)) high *= 1.3f;
        for (var step = 0; step < SearchSteps; step++)
        {
            var middle = (low + high) / 2;
            if (TryPack(order, size, frontDetail, middle)) high = middle;
            else low = middle;
        }
        TryPack(order, size, frontDetail, high);
        return high;
    }

    // In metres of a chart of another side than 0.
    private static (float Width, float Height) Extent(Chart chart, float frontDetail)
    {
        var size = (chart.Max - chart.Min) * (chart.Side == 0 ? frontDetail : 1);
        return (size.X, size.Y);
    }

    private static bool TryPack(Chart[] charts, int size, float frontDetail, float texel)
    {
        var skyline = new int[size]; // [x] first free row
        var gutter = Gutter(size);
        foreach (var chart in charts)
        {
            var (width, height) = Extent(chart, frontDetail);
            int w = (int)MathF.Ceiling(width / texel) + 2 * gutter, h = (int)MathF.Ceiling(height / texel) + 2 * gutter;
            if (w > size || h > size || !TryPlace(skyline, w, h, out var x, out var y)) return false;
            chart.Place = (x + gutter, y + gutter);
            skyline.AsSpan(x, w).Fill(y + h);
        }
        return true;
    }

    private static bool TryPlace(int[] skyline, int width, int height, out int bestX, out int bestY)
    {
        (bestX, bestY) = (-1, skyline.Length - height + 1);
        for (var x = 0; x + width <= skyline.Length;)
        {
            // The highest column under the rectangle decides; the next place worth trying is behind it.
            var top = 0;
            var behind = x + 1;
            for (var k = x; k < x + width; k++)
            {
                if (skyline[k] < top) continue;
                top = skyline[k];
                behind = k + 1;
            }
            if (top < bestY) (bestX, bestY) = (x, top);
            // Left edges only matter where the skyline steps.
            x = top >= bestY && bestX != x ? behind : NextStep(skyline, x);
        }
        return bestX >= 0;
    }

    private static int NextStep(int[] skyline, int x)
    {
        var level = skyline[x];
        while (++x < skyline.Length && skyline[x] == level) { }
        return x;
    }
}
