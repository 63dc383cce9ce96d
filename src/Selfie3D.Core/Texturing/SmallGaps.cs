using System.Numerics;

namespace Selfie3D.Texturing;

/// <summary>
/// Gaps of a few vertices in what was seen, as along the rims of ears: they have the colour around them on the surface. In space
/// the nearest that was seen may be something else, like the hair behind an ear.
/// </summary>
internal static class SmallGaps
{
    private const int Passes = 3;                      // edges of the mesh, about 2 mm each
    private const float GapFrom = 0.45f, GapFully = 0.7f; // share of the surroundings that is known

    /// <summary>Looks around every vertex.</summary>
    /// <param name="triangles">3 T indices of a closed mesh.</param>
    /// <param name="colors">[vertex] RGB 0..255.</param>
    /// <param name="known">[vertex] how far the colour is known, 0..1.</param>
    /// <returns>[vertex] RGB of what is known around it, and how far it lies in known surroundings, 0..1.</returns>
    public static Vector4[] Around(ReadOnlySpan<int> triangles, ReadOnlySpan<Vector3> colors, ReadOnlySpan<float> known)
    {
        var means = new Vector4[colors.Length]; // color * known, known
        var sums = new Vector4[colors.Length];
        var counts = new int[colors.Length];
        for (var k = 0; k < means.Length; k++) means[k] = known[k] * new Vector4(colors[k], 1);
        foreach (var vertex in triangles) counts[vertex]++;
        for (var pass = 0; pass < Passes; pass++)
        {
            means.CopyTo(sums, 0);
            // Every edge belongs to two triangles, once in each direction: adds one way only.
            for (var t = 0; t < triangles.Length; t += 3)
            {
                int a = triangles[t], b = triangles[t + 1], c = triangles[t + 2];
                sums[a] += means[b];
                sums[b] += means[c];
                sums[c] += means[a];
            }
            for (var k = 0; k < means.Length; k++) means[k] = sums[k] / (counts[k] + 1);
        }
        for (var k = 0; k < means.Length; k++)
        {
            var share = means[k].W;
            means[k] = share > 0 ? new Vector4(means[k].AsVector3() / share, HeadView.Smooth(GapFrom, GapFully, share)) : default;
        }
        return means;
    }
}
