using System.Buffers;
using System.Numerics;

namespace Selfie3D.Meshing;

/// <summary>Smoothing that keeps the volume (Taubin, A signal processing approach to fair surface design, 1995).</summary>
public static class MeshSmoother
{
    private const float Lambda = 0.5f, Mu = -0.53f;
    private const float LeastAgreement = 0.7f; // cosine
    private const int CalmRings = 2, CalmPasses = 5;

    /// <summary>A smoothed copy of a closed mesh, with normals from its triangles.</summary>
    /// <param name="mesh">Closed and manifold; any frame.</param>
    /// <param name="iterations">Pairs of a shrinking and a growing pass.</param>
    public static Mesh Smooth(Mesh mesh, int iterations)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        ArgumentOutOfRangeException.ThrowIfNegative(iterations);
        var copy = new Mesh(mesh.Positions.ToArray(), mesh.Normals.ToArray(), mesh.Triangles.ToArray());
        SmoothInPlace(copy, iterations);
        return copy;
    }

    /// <summary>The same without a copy.</summary>
    internal static void SmoothInPlace(Mesh mesh, int iterations)
    {
        Span<Vector3> positions = mesh.Positions;
        ReadOnlySpan<int> triangles = mesh.Triangles;
        var sums = new Vector3[positions.Length];
        var counts = new int[positions.Length];
        foreach (var vertex in triangles) counts[vertex]++;
        for (var pass = 0; pass < 2 * iterations; pass++)
        {
            Array.Clear(sums);
            AddNeighbours(positions, triangles, sums);
            var step = pass % 2 == 0 ? Lambda : Mu;
            for (var k = 0; k < positions.Length; k++)
                if (counts[k] > 0) positions[k] += step * (sums[k] / counts[k] - positions[k]);
        }
        TriangleSums(positions, triangles, sums);
        for (var k = 0; k < sums.Length; k++) mesh.Normals[k] = Normal(sums[k], mesh.Normals[k]);
    }

    /// <summary>
    /// Where the normals say something else than the surface does, the distance that it was made of is rough: calms those places,
    /// in place, and gives them the normals of their triangles.
    /// </summary>
    /// <param name="mesh">Closed, against the axes (<see cref="Mesh"/>); normals of length 1, or zero for none.</param>
    /// <param name="rough">[vertex] where to look; holds the calmed places afterwards.</param>
    internal static void CalmRough(Mesh mesh, bool[] rough)
    {
        Span<Vector3> positions = mesh.Positions, normals = mesh.Normals;
        ReadOnlySpan<int> triangles = mesh.Triangles;
        var rented = ArrayPool<Vector3>.Shared.Rent(positions.Length);
        var sums = rented.AsSpan(0, positions.Length);
        TriangleSums(positions, Touching(triangles, rough), sums);
        var any = false;
        for (var k = 0; k < positions.Length; k++)
        {
            if (!rough[k]) continue;
            var length = sums[k].Length();
            var byTriangles = length > 1e-12f ? -sums[k] / length : Vector3.UnitZ;
            rough[k] = !(Vector3.Dot(byTriangles, normals[k]) > LeastAgreement);
            if (!rough[k]) continue;
            normals[k] = byTriangles;
            any = true;
        }
        if (any) Calm(positions, normals, triangles, rough, sums);
        ArrayPool<Vector3>.Shared.Return(rented);
    }

    // Evens out marked vertices and their surroundings, in place; all others stay.
    private static void Calm(Span<Vector3> positions, Span<Vector3> normals, ReadOnlySpan<int> triangles, bool[] rough, Span<Vector3> sums)
    {
        for (var ring = 0; ring < CalmRings; ring++)
            foreach (var vertex in Touching(triangles, rough)) rough[vertex] = true;
        var around = Touching(triangles, rough);
        var rented = ArrayPool<int>.Shared.Rent(positions.Length);
        var counts = rented.AsSpan(0, positions.Length);
        counts.Clear();
        foreach (var vertex in around) counts[vertex]++;
        for (var pass = 0; pass < CalmPasses; pass++)
        {
            foreach (var vertex in around) sums[vertex] = Vector3.Zero;
            AddNeighbours(positions, around, sums);
            for (var k = 0; k < positions.Length; k++)
                if (rough[k] && counts[k] > 0) positions[k] += Lambda * (sums[k] / counts[k] - positions[k]);
        }
        ArrayPool<int>.Shared.Return(rented);
        TriangleSums(positions, around, sums);
        for (var k = 0; k < normals.Length; k++) if (rough[k]) normals[k] = Normal(sums[k], normals[k]);
    }

    // The triangles that have a marked vertex; all those of marked vertices are among them.
    private static int[] Touching(ReadOnlySpan<int> triangles, bool[] marks)
    {
        var touching = new List<int>();
        for (var t = 0; t < triangles.Length; t += 3)
            if (marks[triangles[t]] || marks[triangles[t + 1]] || marks[triangles[t + 2]])
                touching.AddRange(triangles.Slice(t, 3));
        return [.. touching];
    }

    // Every edge belongs to two triangles, once in each direction: adds one way only.
    private static void AddNeighbours(ReadOnlySpan<Vector3> positions, ReadOnlySpan<int> triangles, Span<Vector3> sums)
    {
        for (var t = 0; t < triangles.Length; t += 3)
        {
            int a = triangles[t], b = triangles[t + 1], c = triangles[t + 2];
            sums[a] += positions[b];
            sums[b] += positions[c];
            sums[c] += positions[a];
        }
    }

    // Of the sum of cross products; on the side of the old normal, whichever way the frame runs.
    private static Vector3 Normal(Vector3 sum, Vector3 old)
    {
        var length = sum.Length();
        return length <= 1e-20f ? old : sum * MathF.CopySign(1 / length, Vector3.Dot(sum, old));
    }

    // [vertex] the sum of the cross products of its triangles: an area-weighted normal by index order.
    private static void TriangleSums(ReadOnlySpan<Vector3> positions, ReadOnlySpan<int> triangles, Span<Vector3> sums)
    {
        sums.Clear();
        for (var t = 0; t < triangles.Length; t += 3)
        {
            int a = triangles[t], b = triangles[t + 1], c = triangles[t + 2];
            var normal = Vector3.Cross(positions[b] - positions[a], positions[c] - positions[a]);
            sums[a] += normal;
            sums[b] += normal;
            sums[c] += normal;
        }
    }
}
