using Selfie3D.Texturing;

namespace Selfie3D.Export.Meshopt;

/// <summary>
/// Puts triangles into an order in which each shares an edge with one shortly before it, and vertices into the order of their
/// first use: what <see cref="IndexCodec"/> and graphics cards are fast and small with.
/// </summary>
internal static class StripOrder
{
    /// <summary>Reorders a mesh.</summary>
    /// <param name="triangles">3 T vertex indices; every edge belongs to at most two triangles.</param>
    /// <param name="vertexCount">Vertices that the indices refer to.</param>
    /// <returns>The triangles in terms of the new vertices, and [new vertex] the old one.</returns>
    public static (int[] Triangles, int[] Vertices) Make(int[] triangles, int vertexCount)
    {
        int[] neighbors = TriangleNeighbors.Find(vertexCount, triangles);
        var done = new bool[triangles.Length / 3];
        var ordered = new int[triangles.Length];
        var vertices = new List<int>(vertexCount);
        var newIndex = new int[vertexCount];
        Array.Fill(newIndex, -1);
        var open = new Stack<int>();
        int to = 0;
        for (int seed = 0; seed < done.Length; seed++)
        {
            open.Push(seed);
            while (open.TryPop(out int triangle))
            {
                if (done[triangle])
                    continue;
                done[triangle] = true;
                for (int corner = 3 * triangle; corner < 3 * triangle + 3; corner++)
                {
                    int vertex = triangles[corner];
                    if (newIndex[vertex] < 0)
                    {
                        newIndex[vertex] = vertices.Count;
                        vertices.Add(vertex);
                    }

                    ordered[to++] = newIndex[vertex];
                    if (neighbors[corner] is var next and >= 0 && !done[next])
                        open.Push(next);
                }
            }
        }

        return (ordered, [.. vertices]);
    }
}
