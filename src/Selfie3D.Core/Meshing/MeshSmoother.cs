using System.Numerics;

namespace Selfie3D.Meshing;

/// <summary>Smoothing that keeps the volume (Taubin, A signal processing approach to fair surface design, 1995).</summary>
public static class MeshSmoother
{
    private const float Lambda = 0.5f, Mu = -0.53f;

    /// <summary>A smoothed copy of a closed mesh, with normals from its triangles.</summary>
    /// <param name="mesh">Closed and manifold; any frame.</param>
    /// <param name="iterations">Pairs of a shrinking and a growing pass.</param>
    public static Mesh Smooth(Mesh mesh, int iterations)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        ArgumentOutOfRangeException.ThrowIfNegative(iterations);
        var positions = (Vector3[])mesh.Positions.Clone();
        var sums = new Vector3[positions.Length];
        var counts = new int[positions.Length];
        foreach (var vertex in mesh.Triangles) counts[vertex]++;
        for (var pass = 0; pass < 2 * iterations; pass++)
        {
            Array.Clear(sums);
            for (var t = 0; t < mesh.Triangles.Length; t += 3)
            {
                int a = mesh.Triangles[t], b = mesh.Triangles[t + 1], c = mesh.Triangles[t + 2];
                sums[a] += positions[b];
                sums[b] += positions[c];
                sums[c] += positions[a];
            }
            var step = pass % 2 == 0 ? Lambda : Mu;
            for (var k = 0; k < positions.Length; k++)
                if (counts[k] > 0) positions[k] += step * (sums[k] / counts[k] - positions[k]);
        }
        return new Mesh(positions, NormalsFromTriangles(positions, mesh.Triangles, mesh.Normals), mesh.Triangles);
    }

    // Area-weighted; on the side of the old normals, whichever way the frame runs.
    private static Vector3[] NormalsFromTriangles(Vector3[] positions, int[] triangles, Vector3[] old)
    {
        var normals = TriangleSums(positions, triangles);
        for (var k = 0; k < normals.Length; k++)
        {
            var length = normals[k].Length();
            if (length <= 1e-20f) normals[k] = old[k];
            else normals[k] *= MathF.CopySign(1 / length, Vector3.Dot(normals[k], old[k]));
        }
        return normals;
    }

    /// <summary>[vertex] the sum of the cross products of its triangles: an area-weighted normal by index order.</summary>
    internal static Vector3[] TriangleSums(Vector3[] positions, int[] triangles)
    {
        var sums = new Vector3[positions.Length];
        for (var t = 0; t < triangles.Length; t += 3)
        {
            int a = triangles[t], b = triangles[t + 1], c = triangles[t + 2];
            var normal = Vector3.Cross(positions[b] - positions[a], positions[c] - positions[a]);
            sums[a] += normal;
            sums[b] += normal;
            sums[c] += normal;
        }
        return sums;
    }
}
