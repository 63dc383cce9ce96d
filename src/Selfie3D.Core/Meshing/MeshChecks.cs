using System.Buffers;
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
        ReadOnlySpan<Vector3> positions = mesh.Positions;
        ReadOnlySpan<int> triangles = mesh.Triangles;
        var (closed, manifold, unused) = Topology(mesh.VertexCount, triangles);
        var finite = AllFinite(positions) && AllFinite(mesh.Normals);
        var degenerate = 0;
        var volume = 0.0;
        var origin = mesh.VertexCount > 0 ? positions[0] : default;
        for (var t = 0; t < triangles.Length; t += 3)
        {
            var a = positions[triangles[t]] - origin;
            var b = positions[triangles[t + 1]] - origin;
            var c = positions[triangles[t + 2]] - origin;
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
            Pieces = CountPieces(mesh) - unused,
            SignedVolume = volume,
            Finite = finite,
            DegenerateTriangles = degenerate,
            UnusedVertices = unused,
        };
    }

    private static bool AllFinite(ReadOnlySpan<Vector3> vectors)
    {
        var sum = Vector3.Zero;
        foreach (var vector in vectors) sum += vector * 0;
        return sum == Vector3.Zero;
    }

    // A vertex that no triangle uses counts as one.
    private static int CountPieces(Mesh mesh)
    {
        var rented = ArrayPool<int>.Shared.Rent(mesh.VertexCount);
        var label = rented.AsSpan(0, mesh.VertexCount);
        MeshPieces.Label(mesh.Triangles, label);
        var count = 0;
        for (var k = 0; k < label.Length; k++)
            if (label[k] == k) count++;
        ArrayPool<int>.Shared.Return(rented);
        return count;
    }

    // For every vertex its triangles as pairs (next, after next); around a good vertex they chain into one ring.
    private static (bool Closed, bool Manifold, int Unused) Topology(int vertexCount, ReadOnlySpan<int> triangles)
    {
        var ends = ArrayPool<int>.Shared.Rent(vertexCount + 1);
        var next = ArrayPool<int>.Shared.Rent(triangles.Length);
        var after = ArrayPool<int>.Shared.Rent(triangles.Length);
        // [vertex + 1] where the pairs of the vertex end; while they are filled in, where its next one goes.
        var end = ends.AsSpan(0, vertexCount + 1);
        end.Clear();
        foreach (var vertex in triangles) end[vertex + 1]++;
        for (int k = 0, sum = 0; k <= vertexCount; k++) (end[k], sum) = (sum, sum + end[k]);
        for (var k = 0; k < triangles.Length; k++)
        {
            var triangle = k - k % 3;
            var at = end[triangles[k] + 1]++;
            next[at] = triangles[triangle + (k + 1) % 3];
            after[at] = triangles[triangle + (k + 2) % 3];
        }
        var result = Rings(end, next, after);
        ArrayPool<int>.Shared.Return(ends);
        ArrayPool<int>.Shared.Return(next);
        ArrayPool<int>.Shared.Return(after);
        return result;
    }

    private static (bool Closed, bool Manifold, int Unused) Rings(ReadOnlySpan<int> end, ReadOnlySpan<int> next, ReadOnlySpan<int> after)
    {
        var vertexCount = end.Length - 1;
        bool closed = end[^1] > 0, manifold = closed;
        var unused = 0;
        for (var vertex = 0; vertex < vertexCount; vertex++)
        {
            int first = end[vertex], count = end[vertex + 1] - first;
            if (count == 0)
            {
                unused++;
                continue;
            }
            // Closed: each neighbour is left once and reached once.
            var leaving = next.Slice(first, count);
            var reaching = after.Slice(first, count);
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
