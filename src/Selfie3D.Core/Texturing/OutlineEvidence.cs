using System.Buffers;
using System.Numerics;

namespace Selfie3D.Texturing;

/// <summary>
/// Finds where the predicted outline runs beyond the head in the photo: pixels just inside it that look like what lies
/// outside rather than like the skin or hair a little farther in, and that are joined to the outside or very much like it.
/// </summary>
/// <remarks>A prediction is a few millimetres off; without this, that much background ends up on cheeks and ears.</remarks>
internal static class OutlineEvidence
{
    // Pixels of the map: how deep to look, and how far in and out a colour is taken as certain.
    private const float Depth = 13, CertainlyInside = 17, CertainlyOutside = 5;
    // What lies right beside the outline counts too: a sleeve or a shoulder before the wall.
    private const float JustOutside = 2;
    private const int BlurRadius = 2;
    // Inside and outside must differ by this much (RGB 0..255) for anything to be said.
    private const float LeastContrast = 30;
    // A pixel of the outside is this many times nearer to the outside's colour than to the inside's.
    private const float Nearer = 1.6f;
    // From here on it need not be joined to the outside: background shows between strands of hair.
    private const float MuchNearer = 3;

    /// <summary>[y, x] true for pixels of the head that show the background.</summary>
    /// <param name="head">[y, x] pixels that the mesh covers.</param>
    /// <param name="known">[y, x] pixels that lie in the photo.</param>
    /// <param name="hair">[y, x] pixels beside the head that show its hair: what looks like them is no background.</param>
    /// <param name="inward">[y, x] pixels to the outline; 0 beside the head.</param>
    /// <param name="outward">[y, x] pixels to the head; 0 on it.</param>
    /// <param name="width">Pixels per row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="colors">[y, x] RGB 0..255 of the photo.</param>
    public static bool[] Background(bool[] head, bool[] known, bool[] hair, float[] inward, float[] outward, int width, int height, Vector4[] colors)
    {
        var count = head.Length;
        var insideFrom = Nearest(at => head[at] && known[at] && inward[at] >= CertainlyInside);
        var outsideFrom = Nearest(at => !head[at] && known[at] && outward[at] >= CertainlyOutside);
        var besideFrom = Nearest(at => !head[at] && known[at] && outward[at] >= JustOutside);
        var like = new bool[count];
        var sure = new bool[count];
        for (var at = 0; at < count; at++)
        {
            if (!head[at] || !known[at] || inward[at] > Depth || insideFrom[at] < 0 || outsideFrom[at] < 0) continue;
            Vector3 inside = Mean(insideFrom[at]), own = colors[at].AsVector3();
            if (!hair[outsideFrom[at]]) Compare(at, own, inside, Mean(outsideFrom[at]));
            if (!hair[besideFrom[at]]) Compare(at, own, inside, colors[besideFrom[at]].AsVector3());
        }
        return JoinedToOutside(like, sure, head, width, height);

        void Compare(int at, Vector3 own, Vector3 inside, Vector3 outside)
        {
            if (Vector3.Distance(inside, outside) < LeastContrast) return;
            float toOutside = Vector3.Distance(own, outside), toInside = Vector3.Distance(own, inside);
            like[at] |= Nearer * toOutside < toInside;
            sure[at] |= MuchNearer * toOutside < toInside;
        }

        int[] Nearest(Func<int, bool> from)
        {
            var distance = ArrayPool<float>.Shared.Rent(count);
            var source = new int[count];
            for (var at = 0; at < count; at++)
            {
                var seed = from(at);
                distance[at] = seed ? 0 : DistanceMap.Far;
                source[at] = seed ? at : -1;
            }
            DistanceMap.Spread(distance, source, width, height);
            ArrayPool<float>.Shared.Return(distance);
            return source;
        }

        Vector3 Mean(int at)
        {
            int x = at % width, y = at / width, n = 0;
            var sum = Vector4.Zero;
            for (var v = Math.Max(0, y - BlurRadius); v <= Math.Min(height - 1, y + BlurRadius); v += BlurRadius)
                for (var u = Math.Max(0, x - BlurRadius); u <= Math.Min(width - 1, x + BlurRadius); u += BlurRadius, n++)
                    sum += colors[v * width + u];
            return sum.AsVector3() / n;
        }
    }

    private static bool[] JoinedToOutside(bool[] like, bool[] sure, bool[] head, int width, int height)
    {
        var joined = new bool[like.Length];
        var stack = new Stack<int>();
        for (var y = 1; y < height - 1; y++)
            for (var x = 1; x < width - 1; x++)
            {
                var at = y * width + x;
                if (like[at] && (sure[at] || !head[at - 1] || !head[at + 1] || !head[at - width] || !head[at + width])) Visit(at);
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
