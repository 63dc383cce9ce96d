using System.Numerics;
using Selfie3D.Meshing;

namespace Selfie3D.Measuring;

/// <summary>Finds places on the surface of a head.</summary>
internal static class SurfaceProbe
{
    /// <summary>The point of the surface that is nearest, among the triangles around the nearest vertex.</summary>
    public static Vector3 Nearest(Mesh mesh, Vector3 point)
    {
        ReadOnlySpan<Vector3> positions = mesh.Positions;
        ReadOnlySpan<int> triangles = mesh.Triangles;
        int vertex = 0;
        float least = float.PositiveInfinity;
        for (int k = 0; k < positions.Length; k++)
        {
            float squared = Vector3.DistanceSquared(positions[k], point);
            if (squared < least)
                (least, vertex) = (squared, k);
        }

        var best = positions[vertex];
        for (int k = -1, beyond; (beyond = triangles[(k + 1)..].IndexOf(vertex)) >= 0;)
        {
            k += 1 + beyond;
            int t = k - k % 3;
            var on = OnTriangle(point, positions[triangles[t]], positions[triangles[t + 1]], positions[triangles[t + 2]]);
            float squared = Vector3.DistanceSquared(on, point);
            if (squared < least)
                (least, best) = (squared, on);
        }

        return best;
    }

    /// <summary>The vertex with the largest y, the first of several.</summary>
    public static Vector3 Highest(Mesh mesh)
    {
        var best = mesh.Positions[0];
        foreach (var position in mesh.Positions)
            if (position.Y > best.Y)
                best = position;
        return best;
    }

    /// <summary>Where the surface lies farthest out along x on the line through (y, z).</summary>
    /// <param name="mesh">Closed mesh.</param>
    /// <param name="y">Of the line.</param>
    /// <param name="z">Of the line.</param>
    /// <param name="sign">1 for the largest x, -1 for the smallest.</param>
    /// <returns>The point, or null where the line misses the mesh.</returns>
    public static Vector3? Outermost(Mesh mesh, float y, float z, int sign)
    {
        ReadOnlySpan<Vector3> positions = mesh.Positions;
        ReadOnlySpan<int> triangles = mesh.Triangles;
        float best = float.NegativeInfinity;
        var line = new Vector2(y, z);
        for (int t = 0; t < triangles.Length; t += 3)
        {
            Vector3 a = positions[triangles[t]], b = positions[triangles[t + 1]], c = positions[triangles[t + 2]];
            // Twice the areas that the line makes with the edges, seen along x: all of one sign inside.
            float wa = Cross(b, c, line), wb = Cross(c, a, line), wc = Cross(a, b, line), area = wa + wb + wc;
            if ((wa < 0 || wb < 0 || wc < 0) && (wa > 0 || wb > 0 || wc > 0) || area == 0)
                continue;
            best = MathF.Max(best, sign * (wa * a.X + wb * b.X + wc * c.X) / area);
        }

        return float.IsFinite(best) ? new Vector3(sign * best, y, z) : null;
    }

    private static float Cross(Vector3 from, Vector3 to, Vector2 point) =>
        (to.Y - from.Y) * (point.Y - from.Z) - (to.Z - from.Z) * (point.X - from.Y);

    // Ericson, Real-Time Collision Detection, 2005, 5.1.5.
    private static Vector3 OnTriangle(Vector3 p, Vector3 a, Vector3 b, Vector3 c)
    {
        Vector3 ab = b - a, ac = c - a, ap = p - a;
        float d1 = Vector3.Dot(ab, ap), d2 = Vector3.Dot(ac, ap);
        if (d1 <= 0 && d2 <= 0)
            return a;
        Vector3 bp = p - b, cp = p - c;
        float d3 = Vector3.Dot(ab, bp), d4 = Vector3.Dot(ac, bp), d5 = Vector3.Dot(ab, cp), d6 = Vector3.Dot(ac, cp);
        if (d3 >= 0 && d4 <= d3)
            return b;
        if (d6 >= 0 && d5 <= d6)
            return c;
        float vc = d1 * d4 - d3 * d2, vb = d5 * d2 - d1 * d6, va = d3 * d6 - d5 * d4;
        if (vc <= 0 && d1 >= 0 && d3 <= 0)
            return a + d1 / (d1 - d3) * ab;
        if (vb <= 0 && d2 >= 0 && d6 <= 0)
            return a + d2 / (d2 - d6) * ac;
        if (va <= 0 && d4 >= d3 && d5 >= d6)
            return b + (d4 - d3) / (d4 - d3 + d5 - d6) * (c - b);
        float sum = va + vb + vc;
        return a + (vb * ab + vc * ac) / sum;
    }
}
