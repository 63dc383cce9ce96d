using System.Numerics;

namespace Selfie3D.Meshing;

/// <summary>Smoothing that keeps the volume (Taubin, A signal processing approach to fair surface design, 1995).</summary>
public static class MeshSmoother
{
    private const float Lambda = 0.5f, Mu = -0.53f;
    private const int CalmRings = 2, CalmPasses = 5;

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

    /// <summary>Evens out marked vertices and their surroundings, in place; all others stay.</summary>
    /// <param name="positions">[vertex]</param>
    /// <param name="normals">[vertex] replaced by those of the triangles where vertices move.</param>
    /// <param name="triangles">3 T vertex indices of a closed mesh.</param>
    /// <param name="rough">[vertex] the marks; grows by the surroundings.</param>
    internal static void Calm(Vector3[] positions, Vector3[] normals, int[] triangles, bool[] rough)
    {
        if (!rough.AsSpan().Contains(true)) return;
        for (var ring = 0; ring < CalmRings; ring++)
        {
            var marks = (bool[])rough.Clone();
            for (var t = 0; t < triangles.Length; t += 3)
            {
                if (!marks[triangles[t]] && !marks[triangles[t + 1]] && !marks[triangles[t + 2]]) continue;
                rough[triangles[t]] = rough[triangles[t + 1]] = rough[triangles[t + 2]] = true;
            }
        }
        // Edges around moving vertices only: each is in two triangles, once in each direction.
        var edges = new List<(int To, int From)>();
        for (var k = 0; k < triangles.Length; k++)
            if (rough[triangles[k]]) edges.Add((triangles[k], triangles[k % 3 == 2 ? k - 2 : k + 1]));
        var sums = new Vector3[positions.Length];
        var counts = new int[positions.Length];
        foreach (var (to, _) in edges) counts[to]++;
        for (var pass = 0; pass < CalmPasses; pass++)
        {
            foreach (var (to, _) in edges) sums[to] = Vector3.Zero;
            foreach (var (to, from) in edges) sums[to] += positions[from];
            for (var k = 0; k < positions.Length; k++)
                if (rough[k] && counts[k] > 0) positions[k] += Lambda * (sums[k] / counts[k] - positions[k]);
        }
        var fresh = NormalsFromTriangles(positions, triangles, normals);
        for (var k = 0; k < normals.Length; k++) if (rough[k]) normals[k] = fresh[k];
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
