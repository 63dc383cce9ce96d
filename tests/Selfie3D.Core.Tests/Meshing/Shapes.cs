using System.Numerics;
using Selfie3D.Meshing;
using Selfie3D.Regression;

namespace Selfie3D.Tests.Meshing;

/// <summary>Volumes of shapes whose surface is known; coordinates are voxels, 0 to size.</summary>
internal static class Shapes
{
    public const float Truncation = 3;

    public static HeadVolume Volume(int size, Func<Vector3, float> distance, HeadCrop? crop = null)
    {
        var values = new float[size * size * size];
        for (var z = 0; z < size; z++)
            for (var y = 0; y < size; y++)
                for (var x = 0; x < size; x++)
                    values[(z * size + y) * size + x] =
                        Math.Clamp(distance(new Vector3(x + 0.5f, y + 0.5f, z + 0.5f)), -Truncation, Truncation);
        return new HeadVolume(size, values, crop ?? IdentityCrop(size));
    }

    /// <summary>A crop in which photo coordinates are voxels, but for z, which is 0 in the middle.</summary>
    public static HeadCrop IdentityCrop(int size) => new(size / 2f, size / 2f, size, 0);

    public static Func<Vector3, float> Sphere(Vector3 center, float radius) => p => Vector3.Distance(p, center) - radius;

    public static Func<Vector3, float> Torus(Vector3 center, float ring, float tube) => p =>
    {
        var q = p - center;
        var outward = MathF.Sqrt(q.X * q.X + q.Y * q.Y) - ring;
        return MathF.Sqrt(outward * outward + q.Z * q.Z) - tube;
    };

    public static Func<Vector3, float> Box(Vector3 center, Vector3 half) => p =>
    {
        var q = Vector3.Abs(p - center) - half;
        return Vector3.Max(q, Vector3.Zero).Length() + MathF.Min(MathF.Max(q.X, MathF.Max(q.Y, q.Z)), 0);
    };

    public static Func<Vector3, float> Union(Func<Vector3, float> a, Func<Vector3, float> b) => p => MathF.Min(a(p), b(p));

    /// <summary>Vertices back in voxel coordinates.</summary>
    public static IEnumerable<Vector3> VoxelPositions(Mesh mesh, HeadVolume volume) =>
        mesh.Positions.ToArray().Select(volume.PhotoToVoxel);

    /// <summary>The smallest angle of each triangle, degrees.</summary>
    public static float[] SmallestAngles(Mesh mesh)
    {
        var angles = new float[mesh.TriangleCount];
        for (var t = 0; t < angles.Length; t++)
        {
            Span<Vector3> p = [mesh.Positions[mesh.Triangles[3 * t]], mesh.Positions[mesh.Triangles[3 * t + 1]], mesh.Positions[mesh.Triangles[3 * t + 2]]];
            var smallest = 180f;
            for (var k = 0; k < 3; k++)
            {
                Vector3 u = Vector3.Normalize(p[(k + 1) % 3] - p[k]), v = Vector3.Normalize(p[(k + 2) % 3] - p[k]);
                smallest = MathF.Min(smallest, MathF.Acos(Math.Clamp(Vector3.Dot(u, v), -1, 1)) * 180 / MathF.PI);
            }
            angles[t] = smallest;
        }
        return angles;
    }

    /// <summary>Bit by bit.</summary>
    public static void AssertSame(Mesh expected, Mesh actual)
    {
        Assert.True(expected.Positions.SequenceEqual(actual.Positions));
        Assert.True(expected.Normals.SequenceEqual(actual.Normals));
        Assert.True(expected.Triangles.SequenceEqual(actual.Triangles));
    }
}
