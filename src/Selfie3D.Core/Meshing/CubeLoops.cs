using System.Numerics;

namespace Selfie3D.Meshing;

/// <summary>
/// How a surface passes through a cube whose eight corners are inside or outside: for each of the 256 cases, the
/// closed loops that the surface's cut edges form around the cube.
/// </summary>
/// <remarks>
/// Corner c lies at (c &amp; 1, c >> 1 &amp; 1, c >> 2). Edge 4a + u + 2v runs along axis a, at u along axis (a + 1) mod 3 and v
/// along (a + 2) mod 3. Face 2a + s is the one at s along axis a. On a face with two inside corners across from each
/// other, the inside corners are taken as joined; both cubes that share the face decide the same, so loops of
/// neighbouring cubes always fit together. The tables are worked out when first used, from these rules alone.
/// </remarks>
internal static class CubeLoops
{
    public const int Edges = 12;
    public const byte NoLoop = 255;

    /// <summary>[case, edge]: the loop that the edge's crossing belongs to, or <see cref="NoLoop"/>.</summary>
    public static readonly byte[] LoopOfEdge = new byte[256 * Edges];

    /// <summary>[case]: the number of loops, 0 to 4.</summary>
    public static readonly byte[] Count = new byte[256];

    /// <summary>[case]: bit f is set when one loop runs over face f twice.</summary>
    public static readonly byte[] FacesMetTwice = new byte[256];

    /// <summary>[case]: bit a is set when the edge from corner 0 along axis a is cut.</summary>
    public static readonly byte[] OwnCuts = new byte[256];

    /// <summary>[case]: the number of <see cref="OwnCuts"/>.</summary>
    public static readonly byte[] OwnCutCount = new byte[256];

    /// <summary>[case]: true when there are several loops, or one that runs over a face twice.</summary>
    public static readonly bool[] IsKnot = new bool[256];

    /// <summary>[case]: bit f is set when face f has corners on both sides, so that the surface goes on there.</summary>
    public static readonly byte[] OpenFaces = new byte[256];

    /// <summary>[case, face]: one of the face's cut edges; on an open face.</summary>
    public static readonly byte[] EdgeOnFace = new byte[256 * 6];

    static CubeLoops()
    {
        Span<int> links = stackalloc int[Edges * 2];
        for (var corners = 0; corners < 256; corners++)
        {
            links.Fill(-1);
            for (var face = 0; face < 6; face++) LinkFace(corners, face, links);
            TraceLoops(corners, links);
            for (var face = 0; face < 6; face++)
            {
                if (IsMetTwice(corners, face)) FacesMetTwice[corners] |= (byte)(1 << face);
                for (var k = 0; k < 4; k++)
                {
                    if (!IsCut(corners, EdgeOf(face, k))) continue;
                    OpenFaces[corners] |= (byte)(1 << face);
                    EdgeOnFace[corners * 6 + face] = (byte)EdgeOf(face, k);
                }
            }
            for (var axis = 0; axis < 3; axis++)
                if (IsCut(corners, EdgeAt(axis, 0, 0))) OwnCuts[corners] |= (byte)(1 << axis);
            OwnCutCount[corners] = (byte)BitOperations.PopCount(OwnCuts[corners]);
            IsKnot[corners] = Count[corners] > 1 || FacesMetTwice[corners] != 0;
        }
    }

    /// <summary>The edge along <paramref name="axis"/> at (u, v) of the two following axes.</summary>
    public static int EdgeAt(int axis, int u, int v) => 4 * axis + u + 2 * v;

    /// <summary>The corner where the edge starts; it ends at that corner | 1 &lt;&lt; axis.</summary>
    public static int FirstCorner(int edge)
    {
        int axis = edge >> 2, u = edge & 1, v = edge >> 1 & 1;
        return u << (axis + 1) % 3 | v << (axis + 2) % 3;
    }

    /// <summary>The four edges of a face, in the order in which face ^ 1 has those across from them.</summary>
    public static int EdgeOf(int face, int k) => k < 2 ? EdgeAlongFirst(face, k) : EdgeAlongSecond(face, k - 2);

    /// <summary>The same edge of the grid, seen from the cell on the other side of a face of its.</summary>
    public static int Across(int face, int edge) => edge >> 2 == ((face >> 1) + 1) % 3 ? edge ^ 2 : edge ^ 1;

    private static bool IsCut(int corners, int edge)
    {
        var first = FirstCorner(edge);
        return (corners >> first & 1) != (corners >> (first | 1 << (edge >> 2)) & 1);
    }

    // The four edges of a face, and of each corner (i, j) of it the two edges that meet there.
    private static int EdgeAlongFirst(int face, int j) => EdgeAt(((face >> 1) + 1) % 3, j, face & 1);

    private static int EdgeAlongSecond(int face, int i) => EdgeAt(((face >> 1) + 2) % 3, face & 1, i);

    private static int CornerOfFace(int face, int i, int j)
    {
        var axis = face >> 1;
        return (face & 1) << axis | i << (axis + 1) % 3 | j << (axis + 2) % 3;
    }

    private static void LinkFace(int corners, int face, Span<int> links)
    {
        Span<int> cut = stackalloc int[4];
        var cuts = 0;
        for (var k = 0; k < 2; k++)
        {
            if (IsCut(corners, EdgeAlongFirst(face, k))) cut[cuts++] = EdgeAlongFirst(face, k);
            if (IsCut(corners, EdgeAlongSecond(face, k))) cut[cuts++] = EdgeAlongSecond(face, k);
        }
        if (cuts == 2)
        {
            Link(cut[0], cut[1], links);
        }
        else if (cuts == 4)
        {
            // Inside corners are joined, so each outside corner is cut off on its own.
            for (var corner = 0; corner < 4; corner++)
            {
                int i = corner & 1, j = corner >> 1;
                if ((corners >> CornerOfFace(face, i, j) & 1) == 0)
                    Link(EdgeAlongFirst(face, j), EdgeAlongSecond(face, i), links);
            }
        }
    }

    private static void Link(int a, int b, Span<int> links)
    {
        links[links[2 * a] < 0 ? 2 * a : 2 * a + 1] = b;
        links[links[2 * b] < 0 ? 2 * b : 2 * b + 1] = a;
    }

    private static void TraceLoops(int corners, ReadOnlySpan<int> links)
    {
        var loops = LoopOfEdge.AsSpan(corners * Edges, Edges);
        loops.Fill(NoLoop);
        for (var start = 0; start < Edges; start++)
        {
            if (links[2 * start] < 0 || loops[start] != NoLoop) continue;
            var loop = Count[corners]++;
            for (var edge = start; loops[edge] == NoLoop;)
            {
                loops[edge] = loop;
                edge = loops[links[2 * edge]] == NoLoop ? links[2 * edge] : links[2 * edge + 1];
            }
        }
    }

    private static bool IsMetTwice(int corners, int face)
    {
        var loop = LoopOfEdge[corners * Edges + EdgeAlongFirst(face, 0)];
        return loop != NoLoop
            && LoopOfEdge[corners * Edges + EdgeAlongFirst(face, 1)] == loop
            && LoopOfEdge[corners * Edges + EdgeAlongSecond(face, 0)] == loop
            && LoopOfEdge[corners * Edges + EdgeAlongSecond(face, 1)] == loop
            && IsAmbiguous(corners, face);
    }

    private static bool IsAmbiguous(int corners, int face) =>
        (corners >> CornerOfFace(face, 0, 0) & 1) == (corners >> CornerOfFace(face, 1, 1) & 1)
        && (corners >> CornerOfFace(face, 1, 0) & 1) == (corners >> CornerOfFace(face, 0, 1) & 1)
        && (corners >> CornerOfFace(face, 0, 0) & 1) != (corners >> CornerOfFace(face, 1, 0) & 1);
}
