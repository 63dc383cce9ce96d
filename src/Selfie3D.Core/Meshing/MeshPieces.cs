using System.Buffers;
using System.Numerics;

namespace Selfie3D.Meshing;

/// <summary>Connected pieces of a mesh.</summary>
internal static class MeshPieces
{
    /// <summary>
    /// Keeps the piece that encloses the most volume, in place. In the frames where index order runs against the axes (photo, volume)
    /// outer pieces have negative volume and cavities positive, so a cavity is never chosen.
    /// </summary>
    public static void KeepLargest(Mesh mesh)
    {
        if (mesh.VertexCount == 0) return;
        var rentedPiece = ArrayPool<int>.Shared.Rent(mesh.VertexCount);
        var rentedVolumes = ArrayPool<double>.Shared.Rent(mesh.VertexCount);
        var piece = rentedPiece.AsSpan(0, mesh.VertexCount);
        Label(mesh.Triangles, piece);
        var volumes = rentedVolumes.AsSpan(0, mesh.VertexCount);
        volumes.Clear();
        Span<Vector3> positions = mesh.Positions;
        Span<int> triangles = mesh.Triangles;
        for (var t = 0; t < triangles.Length; t += 3)
        {
            var a = positions[triangles[t]];
            var normal = Vector3.Cross(positions[triangles[t + 1]] - a, positions[triangles[t + 2]] - a);
            volumes[piece[triangles[t]]] -= Vector3.Dot(a, normal) / 6;
        }
        var largest = 0;
        for (var k = 1; k < volumes.Length; k++) if (volumes[k] > volumes[largest]) largest = k;
        Keep(mesh, piece, largest);
        ArrayPool<int>.Shared.Return(rentedPiece);
        ArrayPool<double>.Shared.Return(rentedVolumes);
    }

    /// <summary>[vertex] the lowest vertex that it is connected with.</summary>
    /// <param name="triangles">3 T vertex indices.</param>
    /// <param name="parent">[vertex] where to put it.</param>
    public static void Label(ReadOnlySpan<int> triangles, Span<int> parent)
    {
        for (var k = 0; k < parent.Length; k++) parent[k] = k;
        for (var t = 0; t < triangles.Length; t += 3)
        {
            Join(parent, triangles[t], triangles[t + 1]);
            Join(parent, triangles[t], triangles[t + 2]);
        }
        for (var k = 0; k < parent.Length; k++) parent[k] = parent[parent[k]];
    }

    // Nothing is overwritten before it was read: indices only become smaller.
    private static void Keep(Mesh mesh, Span<int> piece, int kept)
    {
        Span<Vector3> positions = mesh.Positions, normals = mesh.Normals;
        Span<int> triangles = mesh.Triangles;
        var newIndex = piece; // a vertex' piece is asked for only once
        int vertices = 0, indices = 0;
        for (var k = 0; k < positions.Length; k++)
        {
            if (piece[k] != kept)
            {
                newIndex[k] = -1;
                continue;
            }
            (positions[vertices], normals[vertices]) = (positions[k], normals[k]);
            newIndex[k] = vertices++;
        }
        foreach (var vertex in triangles)
            if (newIndex[vertex] >= 0) triangles[indices++] = newIndex[vertex];
        mesh.Shorten(vertices, indices);
    }

    /// <summary>Puts two vertices into one piece; false when they were. Parents always have lower indices than their children.</summary>
    public static bool Join(Span<int> parent, int a, int b)
    {
        if (parent[a] == parent[b]) return false;
        a = Root(parent, a);
        b = Root(parent, b);
        if (a < b) parent[b] = a;
        else parent[a] = b;
        return a != b;
    }

    private static int Root(Span<int> parent, int k)
    {
        while (parent[k] != k)
        {
            parent[k] = parent[parent[k]];
            k = parent[k];
        }
        return k;
    }
}
