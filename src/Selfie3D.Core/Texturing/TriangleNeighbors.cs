using System.Buffers;

namespace Selfie3D.Texturing;

/// <summary>Which triangle lies across each edge of a closed mesh.</summary>
internal static class TriangleNeighbors
{
    /// <summary>[3 t + k] the triangle across the edge from corner k to the next of triangle t; -1 for none.</summary>
    public static int[] Find(int vertexCount, ReadOnlySpan<int> triangles)
    {
        var start = new int[vertexCount + 1];
        foreach (var vertex in triangles) start[vertex + 1]++;
        for (var k = 0; k < vertexCount; k++) start[k + 1] += start[k];
        var fill = start.AsSpan(0, vertexCount).ToArray();
        var leaving = ArrayPool<long>.Shared.Rent(triangles.Length); // (next vertex, triangle) of the edges that leave each vertex
        for (var k = 0; k < triangles.Length; k++)
        {
            var next = k % 3 == 2 ? k - 2 : k + 1;
            leaving[fill[triangles[k]]++] = (long)triangles[next] << 32 | (uint)(k / 3);
        }
        var neighbors = new int[triangles.Length];
        for (var k = 0; k < triangles.Length; k++)
        {
            int from = triangles[k], to = triangles[k % 3 == 2 ? k - 2 : k + 1];
            neighbors[k] = -1;
            for (var e = start[to]; e < start[to + 1]; e++)
            {
                if ((int)(leaving[e] >> 32) != from) continue;
                neighbors[k] = (int)leaving[e];
                break;
            }
        }
        ArrayPool<long>.Shared.Return(leaving);
        return neighbors;
    }
}
