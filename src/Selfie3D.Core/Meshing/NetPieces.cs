using System.Buffers;

namespace Selfie3D.Meshing;

/// <summary>Whether the vertices of a net are all connected, told from the cells alone: quicker than from the triangles.</summary>
internal static class NetPieces
{
    /// <summary>True when the surface is in one piece.</summary>
    public static bool IsOne(SurfaceCells cells, NetVertices vertices)
    {
        var parent = ArrayPool<int>.Shared.Rent(vertices.Count);
        for (var vertex = cells.Count; vertex < vertices.Count; vertex++) parent[vertex] = vertex;
        var pieces = vertices.Count;
        for (var z = 0; z < cells.Slices; z++) pieces -= JoinSlice(parent, cells, vertices, z);
        ArrayPool<int>.Shared.Return(parent);
        return pieces == 1;
    }

    // Joins the cells of a slice with those before them; the number of pieces that became one with another.
    private static int JoinSlice(int[] parent, SurfaceCells cells, NetVertices vertices, int z)
    {
        int joined = 0, last = cells.SliceStart(z + 1);
        for (var cell = cells.SliceStart(z); cell < last; cell++)
        {
            var key = cells.Keys[cell];
            int inside = cells.Cases[cell];
            int open = CubeLoops.OpenFaces[inside];
            var (x, y) = SurfaceCells.Unpack(key);
            var word = cells.WordOf(x, y, z);
            // Through a face that is not open a cell is its own neighbour, so that little has to be asked.
            parent[cell] = cell;
            int atX = (open & 1) != 0 ? cell - 1 : cell;
            int atY = (open & 4) != 0 ? cells.IndexOf(word - cells.StepY, x) : cell;
            int atZ = (open & 16) != 0 ? cells.IndexOf(word - cells.StepZ, x) : cell;
            if ((key & SurfaceCells.BesideKnot) != 0)
            {
                if (atX != cell) joined += Join(parent, vertices, inside, cell, 0, atX);
                if (atY != cell) joined += Join(parent, vertices, inside, cell, 2, atY);
                if (atZ != cell) joined += Join(parent, vertices, inside, cell, 4, atZ);
                continue;
            }
            int a = parent[atX], b = parent[atY], c = parent[atZ];
            var lowest = Math.Min(a, Math.Min(b, c));
            parent[cell] = lowest;
            if (lowest != cell) joined++;
            // Where the others were of another piece, or only seem to.
            if ((a != cell & a != lowest) | (b != cell & b != lowest) | (c != cell & c != lowest))
            {
                if (MeshPieces.Join(parent, a, lowest)) joined++;
                if (MeshPieces.Join(parent, b, lowest)) joined++;
                if (MeshPieces.Join(parent, c, lowest)) joined++;
            }
        }
        return joined;
    }

    // The number of pieces that became one with another across a face.
    private static int Join(int[] parent, NetVertices vertices, int inside, int cell, int face, int neighbour)
    {
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
