using System.Buffers;
using System.Numerics;
using Selfie3D.Meshing;

namespace Selfie3D.Texturing;

/// <summary>
/// Cuts the mesh into charts: every triangle goes to the side of the box that it faces best, with a preference for the
/// side of the camera, borders smoothed, specks given to their surroundings, and what would lie on top of other skin of
/// the same chart (behind an ear, inside a nostril) moved to charts of its own.
/// </summary>
internal sealed class ChartMaker
{
    private const float FrontPreference = 1.4f;
    private const float LeastFacing = 0.12f;    // cosine below which a triangle may not lie in a chart
    private const int NormalSmoothing = 6;
    private const int SpeckTriangles = 40;
    private const int SpeckPasses = 3;
    private const int MaxLayers = 6;
    private const float OverlapCell = 0.0012f;  // metres
    private const int MostOverlapCells = 2048;  // along a side: a mesh that is no head must not ask for gigabytes
    private const float OverlapDepth = 0.003f;
    private const float OverlapReach = 1.5f;    // triangles count as this much larger: overlaps narrower than a cell are found too

    private readonly Mesh _mesh;
    private readonly ChartAxes[] _box;
    private readonly int[] _neighbors;
    private readonly Vector3[] _facing; // [triangle] unit normal
    private readonly int[] _all;        // every triangle
    private readonly bool[] _covered;   // [triangle] of the chart that is looked at
    private readonly Vector3[] _place;  // [vertex] on that chart's plane
    private readonly int[] _placedFor;  // [vertex] the chart that its place is for, by a running number
    private int _chartNumber;

    public ChartMaker(Mesh headMesh, ChartAxes[] box)
    {
        _mesh = headMesh;
        _box = box;
        _neighbors = TriangleNeighbors.Find(headMesh.VertexCount, headMesh.Triangles);
        _facing = new Vector3[headMesh.TriangleCount];
        _all = [.. Enumerable.Range(0, headMesh.TriangleCount)];
        _covered = new bool[headMesh.TriangleCount];
        _place = new Vector3[headMesh.VertexCount];
        _placedFor = new int[headMesh.VertexCount];
        for (var t = 0; t < _facing.Length; t++)
        {
            var (a, b, c) = Corners(t);
            var normal = Vector3.Cross(b - a, c - a);
            var length = normal.Length();
            _facing[t] = length > 0 ? normal / length : Vector3.UnitZ;
        }
    }

    public List<Chart> Make()
    {
        var side = ChooseSides();
        var waiting = Split(_all, side);
        for (var pass = 0; pass < SpeckPasses && AbsorbSpecks(waiting, side); pass++) waiting = Split(_all, side);

        // Side and layer together: what is moved away from its chart goes one layer deeper.
        var charts = new List<Chart>();
        for (var layer = 0; waiting.Count > 0; layer++)
        {
            var evicted = new List<int>();
            foreach (var chart in waiting)
            {
                Measure(chart);
                if (layer < MaxLayers && MarkCovered(chart))
                {
                    evicted.AddRange(chart.Triangles.Where(t => _covered[t]));
                    chart.Triangles.RemoveAll(t => _covered[t]);
                    foreach (var t in evicted) _covered[t] = false;
                    Measure(chart);
                }
                if (chart.Triangles.Count > 0) charts.Add(chart);
            }
            evicted.Sort();
            waiting = Split([.. evicted], side);
        }
        return charts;
    }

    private int[] ChooseSides()
    {
        ReadOnlySpan<int> triangles = _mesh.Triangles;
        var smooth = ArrayPool<Vector4>.Shared.Rent(_mesh.VertexCount);
        SmoothNormals(smooth.AsSpan(0, _mesh.VertexCount));
        var side = new int[_facing.Length];
        for (var t = 0; t < side.Length; t++)
        {
            var soft = smooth[triangles[3 * t]] + smooth[triangles[3 * t + 1]] + smooth[triangles[3 * t + 2]];
            side[t] = Best(soft.AsVector3());
            if (Vector3.Dot(_facing[t], _box[side[t]].Toward) < LeastFacing) side[t] = Best(_facing[t]);
        }
        ArrayPool<Vector4>.Shared.Return(smooth);
        return side;
    }

    private int Best(Vector3 direction)
    {
        int best = 0;
        var most = FrontPreference * Vector3.Dot(direction, _box[0].Toward);
        for (var k = 1; k < _box.Length; k++)
        {
            var along = Vector3.Dot(direction, _box[k].Toward);
            if (along > most) (best, most) = (k, along);
        }
        return best;
    }

    // [vertex] with a fourth number, 0: four are added at once.
    private void SmoothNormals(Span<Vector4> normals)
    {
        ReadOnlySpan<int> triangles = _mesh.Triangles;
        var rented = ArrayPool<Vector4>.Shared.Rent(normals.Length);
        var sums = rented.AsSpan(0, normals.Length);
        for (var k = 0; k < normals.Length; k++) normals[k] = new Vector4(_mesh.Normals[k], 0);
        for (var pass = 0; pass < NormalSmoothing; pass++)
        {
            normals.CopyTo(sums);
            for (var t = 0; t < triangles.Length; t += 3)
            {
                int a = triangles[t], b = triangles[t + 1], c = triangles[t + 2];
                sums[a] += normals[b];
                sums[b] += normals[c];
                sums[c] += normals[a];
            }
            for (var k = 0; k < normals.Length; k++)
            {
                var length = sums[k].AsVector3().Length();
                if (length > 1e-6f) normals[k] = sums[k] / length;
            }
        }
        ArrayPool<Vector4>.Shared.Return(rented);
    }

    // Says whether anything changed sides.
    private bool AbsorbSpecks(List<Chart> charts, int[] side)
    {
        var changed = false;
        Span<int> votes = stackalloc int[6];
        foreach (var chart in charts)
        {
            if (chart.Triangles.Count >= SpeckTriangles) continue;
            votes.Clear();
            foreach (var t in chart.Triangles)
                for (var k = 0; k < 3; k++)
                    if (_neighbors[3 * t + k] is var n and >= 0 && side[n] != chart.Side) votes[side[n]]++;
            var winner = 0;
            for (var k = 1; k < 6; k++) if (votes[k] > votes[winner]) winner = k;
            if (votes[winner] == 0) continue;
            foreach (var t in chart.Triangles)
            {
                if (Vector3.Dot(_facing[t], _box[winner].Toward) < LeastFacing) continue;
                side[t] = winner;
                changed = true;
            }
        }
        return changed;
    }

    // Connected parts of the given triangles (ascending) that share a side.
    private List<Chart> Split(int[] members, int[] side)
    {
        var charts = new List<Chart>();
        var state = new byte[side.Length]; // 0 not of the set, 1 waiting, 2 done
        foreach (var t in members) state[t] = 1;
        var stack = ArrayPool<int>.Shared.Rent(members.Length);
        var found = ArrayPool<int>.Shared.Rent(members.Length);
        foreach (var seed in members)
        {
            if (state[seed] != 1) continue;
            int own = side[seed], count = 0;
            state[seed] = 2;
            stack[0] = seed;
            for (var depth = 1; depth > 0;)
            {
                var t = stack[--depth];
                found[count++] = t;
                for (var k = 3 * t; k < 3 * t + 3; k++)
                {
                    var n = _neighbors[k];
                    if (n < 0 || state[n] != 1 || side[n] != own) continue;
                    state[n] = 2;
                    stack[depth++] = n;
                }
            }
            charts.Add(new Chart { Side = own, Triangles = [.. found.AsSpan(0, count)] });
        }
        ArrayPool<int>.Shared.Return(stack);
        ArrayPool<int>.Shared.Return(found);
        return charts;
    }

    // Marks the triangles of the chart that lie behind others of it, and says whether there are any.
    private bool MarkCovered(Chart chart)
    {
        var extent = chart.Max - chart.Min;
        float cell = MathF.Max(OverlapCell, MathF.Max(extent.X, extent.Y) / MostOverlapCells);
        int width = (int)(extent.X / cell) + 2, height = (int)(extent.Y / cell) + 2;
        var owner = new int[width * height];
        var depth = new float[width * height];
        Array.Fill(owner, -1);
        var any = false;
        foreach (var t in chart.Triangles) _covered[t] = false;
        var shift = new Vector3(chart.Min, 0);
        foreach (var t in chart.Triangles)
        {
            var corners = _mesh.Triangles.Slice(3 * t, 3);
            Vector3 a = _place[corners[0]] - shift, b = _place[corners[1]] - shift, c = _place[corners[2]] - shift, middle = (a + b + c) / 3;
            (a, b, c) = (Vector3.Lerp(middle, a, OverlapReach), Vector3.Lerp(middle, b, OverlapReach), Vector3.Lerp(middle, c, OverlapReach));
            var rows = new TexelRows(a.AsVector2() / cell, b.AsVector2() / cell, c.AsVector2() / cell, width, 0, height);
            while (rows.MoveNext())
            {
                var row = rows.Current;
                for (var x = row.First; x <= row.Last; x++)
                {
                    var weights = row.Start + (x - row.First) * rows.Step;
                    var z = a.Z + weights.X * (b.Z - a.Z) + weights.Y * (c.Z - a.Z);
                    var at = row.Y * width + x;
                    if (owner[at] < 0)
                    {
                        (owner[at], depth[at]) = (t, z);
                        continue;
                    }
                    if (MathF.Abs(depth[at] - z) < OverlapDepth) continue;
                    _covered[z < depth[at] ? t : owner[at]] = any = true;
                    if (z > depth[at]) (owner[at], depth[at]) = (t, z);
                }
            }
        }
        if (any) GrowCovered(chart);
        return any;
    }

    // Triangles that are seen almost from their edge may fall between the cells: those beside covered ones count as well.
    private void GrowCovered(Chart chart)
    {
        var beside = new List<int>();
        foreach (var t in chart.Triangles)
        {
            if (_covered[t]) continue;
            for (var k = 0; k < 3; k++)
            {
                if (_neighbors[3 * t + k] is not (var n and >= 0) || !_covered[n]) continue;
                beside.Add(t);
                break;
            }
        }
        foreach (var t in beside) _covered[t] = true;
    }

    // Lays the vertices of the chart onto its plane, too.
    private void Measure(Chart chart)
    {
        _chartNumber++;
        var axes = _box[chart.Side];
        Vector2 min = new(float.MaxValue), max = new(float.MinValue);
        foreach (var t in chart.Triangles)
        {
            foreach (var vertex in _mesh.Triangles.Slice(3 * t, 3))
            {
                if (_placedFor[vertex] == _chartNumber) continue;
                _placedFor[vertex] = _chartNumber;
                var place = _place[vertex] = axes.Project(_mesh.Positions[vertex]);
                min = Vector2.MinNative(min, place.AsVector2());
                max = Vector2.MaxNative(max, place.AsVector2());
            }
        }
        chart.Min = min;
        chart.Max = max;
    }

    private (Vector3 A, Vector3 B, Vector3 C) Corners(int t) => (
        _mesh.Positions[_mesh.Triangles[3 * t]], _mesh.Positions[_mesh.Triangles[3 * t + 1]], _mesh.Positions[_mesh.Triangles[3 * t + 2]]);
}
