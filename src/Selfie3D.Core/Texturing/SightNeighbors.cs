using System.Buffers;
using System.Numerics;
using Selfie3D.Meshing;

namespace Selfie3D.Texturing;

/// <summary>Makes what was seen of each vertex agree with its neighbourhood.</summary>
internal static class SightNeighbors
{
    private const float WellSeen = 0.45f;
    // A flat look along the skin is good for the last centimetre beside what was seen well (the middle of a face in
    // profile), and for no more: over the side of a head it would smear a few pixels.
    private const int SupportLevel = 2; // cells of 24 mm
    private const float SupportFrom = 0.06f, SupportFully = 0.25f; // share of the neighbourhood that was seen well
    // Folds in the middle of seen skin have its colours, soft ones; their mirror images are folds as well.
    private const int FoldLevel = 1;
    private const float FoldFrom = 0.4f, FoldFully = 0.6f;
    private const int Passes = 2;

    /// <summary>Changes both in place: [vertex] the place itself, and its mirror image.</summary>
    public static void Apply(Mesh photoMesh, Mesh headMesh, HeadView view, Sight[] own, Sight[] mirrored, ParallelOptions parallel)
    {
        Support(photoMesh, headMesh, view, own, mirrored, parallel);
        // Vertex by vertex the camera's view is jagged at outlines.
        Parallel.Invoke(parallel,
            () => Smooth(photoMesh.Triangles, own),
            () => Smooth(photoMesh.Triangles, mirrored));
    }

    private static void Support(Mesh photoMesh, Mesh headMesh, HeadView view, Sight[] own, Sight[] mirrored, ParallelOptions parallel)
    {
        var (lowest, highest) = headMesh.Bounds();
        var field = new SurfaceField(lowest, highest, FoldLevel); // x: either was seen well; y: the place itself was
        for (var k = 0; k < headMesh.VertexCount; k++)
        {
            var seen = own[k].Quality > WellSeen;
            field.Add(headMesh.Positions[k], new Vector3(seen || mirrored[k].Quality > WellSeen ? 1 : 0, seen ? 1 : 0, 0), 1);
        }
        field.Close();
        const int Chunk = 2048;
        Parallel.For(0, (headMesh.VertexCount + Chunk - 1) / Chunk, parallel, chunk =>
        {
            for (var k = chunk * Chunk; k < Math.Min(headMesh.VertexCount, (chunk + 1) * Chunk); k++)
            {
                if (own[k].Known > 0 || mirrored[k].Known > 0)
                {
                    var around = field.Sample(SupportLevel, headMesh.Positions[k]);
                    var support = HeadView.Smooth(SupportFrom, SupportFully, around.X / MathF.Max(1e-3f, around.W));
                    own[k] = Supported(own[k], support);
                    mirrored[k] = Supported(mirrored[k], support);
                }
                var near = field.Sample(FoldLevel, headMesh.Positions[k]);
                var fold = HeadView.Smooth(FoldFrom, FoldFully, near.Y / MathF.Max(1e-3f, near.W));
                if (fold > own[k].Quality && view.IsJustBehind(photoMesh.Positions[k]))
                    own[k] = own[k] with { Known = MathF.Max(own[k].Known, fold), Quality = fold };
            }
        });

        static Sight Supported(Sight sight, float support) =>
            sight with { Known = sight.Known * (support + (1 - support) * HeadView.Smooth(0, WellSeen, sight.Quality)) };
    }

    private static void Smooth(ReadOnlySpan<int> triangles, Sight[] seen)
    {
        var sights = ArrayPool<Vector4>.Shared.Rent(seen.Length);
        var sums = ArrayPool<Vector4>.Shared.Rent(seen.Length);
        for (var k = 0; k < seen.Length; k++) sights[k] = new Vector4(seen[k].Known, seen[k].Quality, seen[k].Sharp, 1);
        for (var pass = 0; pass < Passes; pass++)
        {
            // Each vertex counts as much as two of its neighbours.
            for (var k = 0; k < seen.Length; k++) sums[k] = 2 * sights[k];
            for (var t = 0; t < triangles.Length; t += 3)
            {
                int a = triangles[t], b = triangles[t + 1], c = triangles[t + 2];
                sums[a] += sights[b];
                sums[b] += sights[c];
                sums[c] += sights[a];
            }
            for (var k = 0; k < seen.Length; k++)
            {
                // Nothing gets sharper by its neighbours: the pixels of an outline would come back.
                var mean = sums[k] / sums[k].W;
                sights[k] = mean with { Z = MathF.Min(sights[k].Z, mean.Z) };
            }
        }
        for (var k = 0; k < seen.Length; k++) seen[k] = new Sight(sights[k].X, sights[k].Y, sights[k].Z);
        ArrayPool<Vector4>.Shared.Return(sights);
        ArrayPool<Vector4>.Shared.Return(sums);
    }
}
