using System.Numerics;
using Selfie3D.Regression;

namespace Selfie3D.Tests.Regression;

public sealed class TriangleBandTests
{
    [Fact]
    public void Refine_CoarseSphere_FollowsItsFacets()
    {
        // Facets of 7 voxels: far coarser than the grid, so the vertices' planes alone leave stairs.
        const int Size = 96;
        var center = new Vector3(47.6f, 48.2f, 47.9f);
        var (positions, triangles) = Spheres.Make(center, 36, 24, 36);
        float[] distance = SurfaceVoxelizer.Voxelize(positions, triangles, Size, 4);

        TriangleBand.Refine(distance, positions, triangles, Size);

        foreach (var voxel in Near(distance, Size, 0.9f))
        {
            var point = new Vector3(voxel % Size + 0.5f, voxel / Size % Size + 0.5f, voxel / Size / Size + 0.5f);
            Assert.Equal(PlainDistance(point, positions, triangles), MathF.Abs(distance[voxel]), 0.03f);
        }
    }

    [Fact]
    public void Refine_DegenerateTriangles_StayFinite()
    {
        Vector3[] positions = [new(5, 5, 5), new(5, 5, 5), new(9, 5, 5)];
        float[] distance = new float[16 * 16 * 16];
        Array.Fill(distance, 3);

        TriangleBand.Refine(distance, positions, [0, 1, 2, 0, 0, 0], 16);

        Assert.All(distance, d => Assert.InRange(d, 0, 3));
        Assert.Equal(MathF.Sqrt(0.5f), distance[(5 * 16 + 5) * 16 + 6], 1e-4f);
    }

    private static IEnumerable<int> Near(float[] distance, int size, float limit)
    {
        var random = new Random(4);
        for (int i = 0; i < 300;)
        {
            int voxel = random.Next(size * size * size);
            if (MathF.Abs(distance[voxel]) < limit)
            {
                i++;
                yield return voxel;
            }
        }
    }

    // Dense sampling of every triangle nearby.
    private static float PlainDistance(Vector3 point, Vector3[] positions, int[] triangles)
    {
        float best = float.MaxValue;
        for (int t = 0; t < triangles.Length; t += 3)
        {
            Vector3 a = positions[triangles[t]], b = positions[triangles[t + 1]], c = positions[triangles[t + 2]];
            if (Vector3.Distance(a, point) > 15)
                continue;
            const int Steps = 150;
            for (int i = 0; i <= Steps; i++)
            {
                for (int j = 0; i + j <= Steps; j++)
                    best = MathF.Min(best, Vector3.DistanceSquared(point, a + (b - a) * i / Steps + (c - a) * j / Steps));
            }
        }

        return MathF.Sqrt(best);
    }
}
