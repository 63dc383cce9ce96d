using System.Buffers;

namespace Selfie3D.Meshing;

/// <summary>Whether the vertices of a net are all connected, told from the cells alone: quicker than from the triangles.</summary>
internal static class NetPieces
{
    /// <summary>True when the surface is in one piece.</summary>
    public static bool IsOne(SurfaceCells cells, NetVertices vertices)
    {
        var parent = ArrayPool<int>.Shared.Rent(vertices.Count);
        try
        {
            for (var vertex = 0; vertex < vertices.Count; vertex++) parent[vertex] = vertex;
            var pieces = vertices.Count;
            for (var cell = 0; cell < cells.Count; cell++)
            {
                int inside = cells.Cases[cell];
                int open = CubeLoops.OpenFaces[inside];
                var (x, y, z) = SurfaceCells.Unpack(cells.Keys[cell]);
                var word = cells.WordOf(x, y, z);
                // Through a face that is not open a cell is its own neighbour, so that little has to be asked.
                int atX = (open & 1) != 0 ? cell - 1 : cell;
                int atY = (open & 4) != 0 ? cells.IndexOf(word - cells.StepY, x) : cell;
                int atZ = (open & 16) != 0 ? cells.IndexOf(word - cells.StepZ, x) : cell;
                if (cells.HasSeveralLoops)
                {
                    if (atX != cell) pieces -= Join(parent, vertices, inside, cell, 0, atX);
                    if (atY != cell) pieces -= Join(parent, vertices, inside, cell, 2, atY);
                    if (atZ != cell) pieces -= Join(parent, vertices, inside, cell, 4, atZ);
                    continue;
                }
                int a = parent[atX], b = parent[atY], c = parent[atZ];
                var lowest = Math.Min(a, Math.Min(b, c));
                parent[cell] = lowest;
                if (lowest != cell) pieces--;
                // Where the others were of another piece, or only seem to.
                if ((a != cell & a != lowest) | (b != cell & b != lowest) | (c != cell & c != lowest))
                {
                    if (MeshPieces.Join(parent, a, lowest)) pieces--;
                    if (MeshPieces.Join(parent, b, lowest)) pieces--;
                    if (MeshPieces.Join(parent, c, lowest)) pieces--;
                }
            }
            return pieces == 1;
        }
        finally
        {
            ArrayPool<int>.Shared.Return(parent);
        }
    }

    // The number of pieces that became one with another across a face.
    private static int Join(int[] parent, NetVertices vertices, int inside, int cell, int face, int neighbour)
    {
        int first = vertices.First[cell], behind = vertices.First[neighbour];
        if (vertices.First[cell + 1] - first == 1 && vertices.First[neighbour + 1] - behind == 1)
            return MeshPieces.Join(parent, behind, first) ? 1 : 0;
        var joined = 0;
        for (var k = 0; k < 4; k++)
        {
            var edge = CubeLoops.EdgeOf(face, k);
            if (CubeLoops.LoopOfEdge[inside * CubeLoops.Edges + edge] == CubeLoops.NoLoop) continue;
            if (MeshPieces.Join(parent, vertices.Across(edge, face, neighbour), vertices.At(cell, edge))) joined++;
        }
        return joined;
    }
}
