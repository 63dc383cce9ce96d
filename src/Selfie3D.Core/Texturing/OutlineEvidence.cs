using System.Numerics;

namespace Selfie3D.Texturing;

/// <summary>
/// Finds where the predicted outline runs beyond the head in the photo: pixels just inside it that look like what lies
/// outside rather than like the skin or hair farther in, and that are joined to the outside.
/// </summary>
/// <remarks>A prediction is a few millimetres off; without this, that much background ends up on cheeks and ears.</remarks>
internal static class OutlineEvidence
{
    // Pixels of the map (384 along a head): how deep to look, where inside and outside are taken as certain.
    private const float Depth = 40, CertainlyOutside = 5;
    private const int BlurRadius = 3;
    // Inside and outside must differ by this much (RGB 0..255) for anything to be said.
    private const float LeastContrast = 28;
    // Distance to the inside's colour over the sum of both distances from which a pixel belongs to the outside.
    private const float OutsideShare = 0.6f;

    /// <summary>[y, x] true for pixels of the head that show the background.</summary>
    /// <param name="head">[y, x] pixels that the mesh covers.</param>
    /// <param name="known">[y, x] pixels that lie in the photo.</param>
    /// <param name="width">Pixels per row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="color">RGB 0..255 of the photo at pixel (x, y), or nearest to it.</param>
    public static bool[] Background(bool[] head, bool[] known, int width, int height, Func<int, int, Vector3> color)
    {
        var colors = new Vector3[head.Length];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                colors[y * width + x] = color(x, y);

        var inward = Distances(head.Length, at => !head[at], width, height, null);
        var outward = Distances(head.Length, at => head[at], width, height, null);
        var soft = Blur(colors, width, height);
        var insideFrom = new int[head.Length];
        var outsideFrom = new int[head.Length];
        Distances(head.Length, at => head[at] && known[at] && inward[at] >= Depth + BlurRadius, width, height, insideFrom);
        Distances(head.Length, at => !head[at] && known[at] && outward[at] >= CertainlyOutside, width, height, outsideFrom);

        var like = new bool[head.Length];
        for (var at = 0; at < head.Length; at++)
        {
            if (!head[at] || !known[at] || inward[at] > Depth || insideFrom[at] < 0 || outsideFrom[at] < 0) continue;
            Vector3 inside = soft[insideFrom[at]], outside = soft[outsideFrom[at]];
            if (Vector3.Distance(inside, outside) < LeastContrast) continue;
            float toInside = Vector3.Distance(colors[at], inside), toOutside = Vector3.Distance(colors[at], outside);
            like[at] = toInside > OutsideShare * (toInside + toOutside);
        }
        return JoinedToOutside(like, head, width, height);
    }

    private static float[] Distances(int count, Func<int, bool> from, int width, int height, int[]? source)
    {
        var distance = new float[count];
        for (var at = 0; at < count; at++)
        {
            var seed = from(at);
            distance[at] = seed ? 0 : DistanceMap.Far;
            if (source is not null) source[at] = seed ? at : -1;
        }
        DistanceMap.Spread(distance, source, width, height);
        return distance;
    }

    // Mean over a square, along rows and then along columns.
    private static Vector3[] Blur(Vector3[] colors, int width, int height)
    {
        var rows = new Vector3[colors.Length];
        var result = new Vector3[colors.Length];
        for (var y = 0; y < height; y++) BlurLine(colors, rows, y * width, 1, width);
        for (var x = 0; x < width; x++) BlurLine(rows, result, x, width, height);
        return result;
    }

    private static void BlurLine(Vector3[] from, Vector3[] to, int start, int step, int count)
    {
        var sum = Vector3.Zero;
        var inWindow = 0;
        for (var k = -BlurRadius; k < count; k++)
        {
            if (k + BlurRadius < count)
            {
                sum += from[start + (k + BlurRadius) * step];
                inWindow++;
            }
            if (k - BlurRadius - 1 >= 0)
            {
                sum -= from[start + (k - BlurRadius - 1) * step];
                inWindow--;
            }
            if (k >= 0) to[start + k * step] = sum / inWindow;
        }
    }

    private static bool[] JoinedToOutside(bool[] like, bool[] head, int width, int height)
    {
        var joined = new bool[like.Length];
        var stack = new Stack<int>();
        for (var y = 1; y < height - 1; y++)
            for (var x = 1; x < width - 1; x++)
            {
                var at = y * width + x;
                if (like[at] && (!head[at - 1] || !head[at + 1] || !head[at - width] || !head[at + width])) Visit(at);
            }
        while (stack.TryPop(out var at))
        {
            Visit(at - 1);
            Visit(at + 1);
            Visit(at - width);
            Visit(at + width);
        }
        return joined;

        void Visit(int at)
        {
            if ((uint)at >= (uint)like.Length || !like[at] || joined[at]) return;
            joined[at] = true;
            stack.Push(at);
        }
    }
}
