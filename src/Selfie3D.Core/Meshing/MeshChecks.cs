using System.Numerics;

namespace Selfie3D.Meshing;

/// <summary>What is true of a mesh, see <see cref="MeshChecks.Inspect"/>.</summary>
public sealed record MeshReport
{
    /// <summary>Every edge belongs to exactly two triangles, which run along it in opposite directions.</summary>
    public required bool Closed { get; init; }

    /// <summary>Closed, and the triangles around every vertex make one ring.</summary>
    public required bool Manifold { get; init; }

    /// <summary>Connected pieces.</summary>
    public required int Pieces { get; init; }

    /// <summary>Enclosed volume by index order, in cubic units of the mesh; positive when triangles are counter-clockwise from outside.</summary>
    public required double SignedVolume { get; init; }

    /// <summary>All positions and normals are finite.</summary>
    public required bool Finite { get; init; }

    /// <summary>Triangles without area, or with a vertex twice.</summary>
    public required int DegenerateTriangles { get; init; }

    /// <summary>Vertices that no triangle uses.</summary>
    public required int UnusedVertices { get; init; }

    /// <summary>Ready to be filled, printed and cut: closed, manifold, one piece, finite and not empty.</summary>
    public bool Watertight => Closed && Manifold && Finite && Pieces == 1;
}

/// <summary>Looks at a mesh as a whole.</summary>
public static class MeshChecks
{
    /// <summary>A triangle is degenerate when its height over its longest edge is below this share of that edge.</summary>
    private const double DegenerateHeight = 1e-6;

    /// <summary>Checks topology and geometry; takes some milliseconds for a head.</summary>
    public static MeshReport Inspect(Mesh mesh)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        var (closed, manifold, unused) = Topology(mesh.VertexCount, mesh.Triangles);
        var finite = AllFinite(mesh.Positions) && AllFinite(mesh.Normals);
        var degenerate = 0;
        var volume = 0.0;
        var origin = mesh.VertexCount > 0 ? mesh.Positions[0] : default;
        for (var t = 0; t < mesh.Triangles.Length; t += 3)
        {
            var a = mesh.Positions[mesh.Triangles[t]] - origin;
            var b = mesh.Positions[mesh.Triangles[t + 1]] - origin;
            var c = mesh.Positions[mesh.Triangles[t + 2]] - origin;
            var normal = Vector3.Cross(b - a, c - a);
            volume += Vector3.Dot(a, normal) / 6.0;
            double longest = Math.Max((b - a).LengthSquared(), Math.Max((c - b).LengthSquared(), (a - c).LengthSquared()));
            // twice the area = height * longest edge
            if (!(normal.Length() > DegenerateHeight * longest)) degenerate++;
        }
        return new MeshReport
        {
            Closed = closed,
            Manifold = manifold,
            Pieces = CountPieces(mesh),
            SignedVolume = volume,
            Finite = finite,
            DegenerateTriangles = degenerate,
            UnusedVertices = unused,
        };
    }

    private static bool AllFinite(Vector3[] vectors)
    {
        var sum = Vector3.Zero;
        foreach (var vector in vectors) sum += vector * 0;
        return sum == Vector3.Zero;
    }

    private static int CountPieces(Mesh mesh)
    {
        var label = MeshPieces.Label(mesh.VertexCount, mesh.Triangles);
        var used = new bool[mesh.VertexCount];
        foreach (var vertex in mesh.Triangles) used[label[vertex]] = true;
        return used.Count(isUsed => isUsed);
    }

    // For every vertex its triangles as pairs (next, after next); around a good vertex they chain into one ring.
    private static (bool Closed, bool Manifold, int Unused) Topology(int vertexCount, int[] triangles)
    {
        var start = new int[vertexCount + 1];
        foreach (var vertex in triangles) start[vertex + 1]++;
        for (var k = 0; k < vertexCount; k++) start[k + 1] += start[k];
        var next = new int[triangles.Length];
        var after = new int[triangles.Length];
        var filled = new int[vertexCount];
        for (var k = 0; k < triangles.Length; k++)
        {
            var triangle = k - k % 3;
            var at = start[triangles[k]] + filled[triangles[k]]++;
            next[at] = triangles[triangle + (k + 1) % 3];
            after[at] = triangles[triangle + (k + 2) % 3];
        }

        bool closed = triangles.Length > 0, manifold = closed;
        var unused = 0;
        for (var vertex = 0; vertex < vertexCount; vertex++)
        {
            int first = start[vertex], count = start[vertex + 1] - first;
            if (count == 0)
            {
                unused++;
                continue;
            }
            // Closed: each neighbour is left once and reached once.
            var leaving = next.AsSpan(first, count);
            var reaching = after.AsSpan(first, count);
            for (var k = 0; k < count; k++)
                if (leaving[k] == vertex || leaving.Count(leaving[k]) != 1 || reaching.Count(leaving[k]) != 1) closed = manifold = false;
            // Manifold: one ring visits them all.
            if (!manifold) continue;
            var steps = 1;
            for (var at = reaching[0]; at != leaving[0] && steps <= count; steps++) at = reaching[leaving.IndexOf(at)];
            if (steps != count) manifold = false;
        }
        return (closed, manifold && closed, unused);
    }
}
