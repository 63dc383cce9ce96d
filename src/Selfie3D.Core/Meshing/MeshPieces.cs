using System.Numerics;

namespace Selfie3D.Meshing;

/// <summary>Connected pieces of a mesh.</summary>
internal static class MeshPieces
{
    /// <summary>
    /// The piece that encloses the most volume. In the frames where index order runs against the axes (photo, volume)
    /// outer pieces have negative volume and cavities positive, so a cavity is never chosen.
    /// </summary>
    public static Mesh Largest(Mesh mesh)
    {
        if (mesh.VertexCount == 0) return mesh;
        var piece = Label(mesh.VertexCount, mesh.Triangles);
        var volumes = new double[mesh.VertexCount];
        for (var t = 0; t < mesh.Triangles.Length; t += 3)
        {
            var a = mesh.Positions[mesh.Triangles[t]];
            var normal = Vector3.Cross(mesh.Positions[mesh.Triangles[t + 1]] - a, mesh.Positions[mesh.Triangles[t + 2]] - a);
            volumes[piece[mesh.Triangles[t]]] -= Vector3.Dot(a, normal) / 6;
        }
        var largest = 0;
        for (var k = 1; k < volumes.Length; k++) if (volumes[k] > volumes[largest]) largest = k;
        return Select(mesh, piece, largest);
    }

    /// <summary>[vertex] the lowest vertex that it is connected with.</summary>
    public static int[] Label(int vertexCount, ReadOnlySpan<int> triangles)
    {
        var parent = new int[vertexCount];
        for (var k = 0; k < vertexCount; k++) parent[k] = k;
        for (var t = 0; t < triangles.Length; t += 3)
        {
            Join(parent, triangles[t], triangles[t + 1]);
            Join(parent, triangles[t], triangles[t + 2]);
        }
        for (var k = 0; k < vertexCount; k++) parent[k] = parent[parent[k]];
        return parent;
    }

    private static Mesh Select(Mesh mesh, int[] piece, int kept)
    {
        var newIndex = new int[mesh.VertexCount];
        var vertices = 0;
        for (var k = 0; k < newIndex.Length; k++) newIndex[k] = piece[k] == kept ? vertices++ : -1;
        if (vertices == mesh.VertexCount) return mesh;

        var positions = new Vector3[vertices];
        var normals = new Vector3[vertices];
        for (var k = 0; k < newIndex.Length; k++)
        {
            if (newIndex[k] < 0) continue;
            positions[newIndex[k]] = mesh.Positions[k];
            normals[newIndex[k]] = mesh.Normals[k];
        }
        var count = 0;
        foreach (var vertex in mesh.Triangles) if (newIndex[vertex] >= 0) count++;
        var triangles = new int[count];
        count = 0;
        foreach (var vertex in mesh.Triangles) if (newIndex[vertex] >= 0) triangles[count++] = newIndex[vertex];
        return new Mesh(positions, normals, triangles);
    }

    /// <summary>Puts two vertices into one piece; false when they were. Parents always have lower indices than their children.</summary>
    public static bool Join(int[] parent, int a, int b)
    {
        if (parent[a] == parent[b]) return false;
        a = Root(parent, a);
        b = Root(parent, b);
        if (a < b) parent[b] = a;
        else parent[a] = b;
        return a != b;
    }

    private static int Root(int[] parent, int k)
    {
        while (parent[k] != k)
        {
            parent[k] = parent[parent[k]];
            k = parent[k];
        }
        return k;
    }
}
