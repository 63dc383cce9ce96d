using System.Numerics;
using Selfie3D.Regression;

namespace Selfie3D.Tests.Regression;

public sealed class SurfaceVoxelizerTests
{
    [Theory]
    [InlineData(64, 3)]
    [InlineData(96, 6)]
    public void Voxelize_Sphere_GivesItsDistance(int size, int truncation)
    {
        var center = new Vector3(size / 2f + 0.3f, size / 2f - 0.2f, size / 2f + 0.1f);
        float radius = 0.3f * size;
        var (positions, triangles) = Spheres.Make(center, radius, 96, 144);

        float[] distance = SurfaceVoxelizer.Voxelize(positions, triangles, size, truncation);

        for (int i = 0; i < distance.Length; i++)
        {
            var point = new Vector3(i % size + 0.5f, i / size % size + 0.5f, i / size / size + 0.5f);
            float expected = Math.Clamp(Vector3.Distance(point, center) - radius, -truncation, truncation);
            Assert.Equal(expected, distance[i], 0.12f);
        }
    }

    [Fact]
    public void Voxelize_Anything_AgreesWithThePlainTwin()
    {
        // Two spheres that cut each other and the border of the grid.
        var (p1, t1) = Spheres.Make(new Vector3(10, 12, 14), 7, 20, 30);
        var (p2, t2) = Spheres.Make(new Vector3(17, 14, 25), 8, 24, 36);
        Vector3[] positions = [.. p1, .. p2];
        int[] triangles = [.. t1, .. t2.Select(i => i + p1.Length)];

        float[] fast = SurfaceVoxelizer.Voxelize(positions, triangles, 32, 3);

        float[] plain = PlainVoxelizer.Voxelize(positions, triangles, 32, 3);
        Assert.Equal(plain, fast);
    }

    [Fact]
    public void Voxelize_SelfIntersection_HasNoHoleInside()
    {
        var (p1, t1) = Spheres.Make(new Vector3(14, 16, 16), 8, 20, 30);
        var (p2, t2) = Spheres.Make(new Vector3(18, 16, 16), 8, 20, 30);

        float[] distance = SurfaceVoxelizer.Voxelize([.. p1, .. p2], [.. t1, .. t2.Select(i => i + p1.Length)], 32, 3);

        Assert.True(distance[(16 * 32 + 16) * 32 + 16] < 0);
        Assert.True(distance[(16 * 32 + 16) * 32 + 9] < 0);
        Assert.True(distance[(16 * 32 + 16) * 32 + 23] < 0);
        Assert.True(distance[(16 * 32 + 16) * 32 + 29] > 0);
    }

    [Fact]
    public void Voxelize_BeyondTheGrid_IsOutsideEverywhere()
    {
        var (positions, triangles) = Spheres.Make(new Vector3(200, 200, 200), 8, 10, 10);

        Assert.All(SurfaceVoxelizer.Voxelize(positions, triangles, 16, 3), d => Assert.Equal(3, d));
    }

    [Fact]
    public void OutwardNormals_Sphere_PointOutward()
    {
        var (positions, triangles) = Spheres.Make(Vector3.Zero, 1, 20, 30);

        var normals = SurfaceVoxelizer.OutwardNormals(positions, triangles);

        Assert.All(Enumerable.Range(0, positions.Length), i => Assert.True(Vector3.Dot(normals[i], positions[i]) > 0.98f));
    }
}

/// <summary>The voxeliser as its definition reads, one voxel after the other.</summary>
internal static class PlainVoxelizer
{
    public static float[] Voxelize(Vector3[] positions, int[] triangles, int size, int truncation)
    {
        var normals = SurfaceVoxelizer.OutwardNormals(positions, triangles);
        var inside = new bool[size, size, size];
        for (int y = 0; y < size; y++)
        {
            for (int x = 0; x < size; x++)
            {
                var crossings = Crossings(positions, triangles, x + 0.5f, y + 0.5f);
                // floor, as a surface between two voxels belongs to the farther one
                for (int z = 0; z < size; z++)
                    inside[z, y, x] = crossings.Where(c => MathF.Floor(c.Z - 0.5f) >= z).Sum(c => c.Sign) > 0;
            }
        }

        // What lies a voxel below another part of the surface is a fold too narrow for the grid.
        bool[] used = [.. positions.Select((p, i) => !Inside(p + normals[i]))];
        var distance = new float[size * size * size];
        for (int i = 0; i < distance.Length; i++)
        {
            int x = i % size, y = i / size % size, z = i / size / size;
            float value = Distance(positions, normals, used, new Vector3(x, y, z), truncation);
            distance[i] = inside[z, y, x] ? -value : value;
        }

        return distance;

        bool Inside(Vector3 p)
        {
            int x = (int)MathF.Floor(p.X), y = (int)MathF.Floor(p.Y), z = (int)MathF.Floor(p.Z);
            return x >= 0 && y >= 0 && z >= 0 && x < size && y < size && z < size && inside[z, y, x];
        }
    }

    private static List<(float Z, int Sign)> Crossings(Vector3[] positions, int[] triangles, float x, float y)
    {
        var crossings = new List<(float, int)>();
        for (int t = 0; t < triangles.Length; t += 3)
        {
            Vector3 a = positions[triangles[t]], b = positions[triangles[t + 1]], c = positions[triangles[t + 2]];
            float area = (b.X - a.X) * (c.Y - a.Y) - (c.X - a.X) * (b.Y - a.Y);
            if (MathF.Abs(area) < 1e-12f)
                continue;
            float inverse = 1 / area, px = x - a.X, py = y - a.Y;
            float w1 = (px * (c.Y - a.Y) - (c.X - a.X) * py) * inverse, w2 = ((b.X - a.X) * py - (b.Y - a.Y) * px) * inverse;
            if (w1 >= 0 && w2 >= 0 && w1 + w2 <= 1)
                crossings.Add((a.Z + w1 * (b.Z - a.Z) + w2 * (c.Z - a.Z), area < 0 ? 1 : -1));
        }

        return crossings;
    }

    private static float Distance(Vector3[] positions, Vector3[] normals, bool[] used, Vector3 voxel, int truncation)
    {
        int nearest = -1;
        float best = float.MaxValue;
        for (int i = 0; i < positions.Length; i++)
        {
            Vector3 p = positions[i], cell = new(MathF.Floor(p.X), MathF.Floor(p.Y), MathF.Floor(p.Z));
            var away = Vector3.Abs(voxel - cell);
            if (!used[i] || MathF.Max(away.X, MathF.Max(away.Y, away.Z)) > truncation)
                continue;
            float dz = voxel.Z + 0.5f - p.Z, dy = voxel.Y + 0.5f - p.Y, dx = voxel.X + 0.5f - p.X;
            float squared = dz * dz + dy * dy + dx * dx;
            if (squared < best)
                (best, nearest) = (squared, i);
        }

        if (nearest < 0)
            return truncation;
        float plane = MathF.Abs(Vector3.Dot(normals[nearest], voxel + new Vector3(0.5f) - positions[nearest]));
        float toVertex = MathF.Sqrt(best);
        float share = Math.Clamp((toVertex - 1.2f) / (2.2f - 1.2f), 0, 1) * 0.3f;
        return MathF.Min(truncation, plane + share * (toVertex - plane));
    }
}

/// <summary>Spheres in the photo frame (y down), wound as the head's surfaces are.</summary>
internal static class Spheres
{
    public static (Vector3[] Positions, int[] Triangles) Make(Vector3 center, float radius, int rows, int columns)
    {
        var positions = new List<Vector3> { -Vector3.UnitY };
        for (int i = 1; i < rows; i++)
        {
            var (sin, cos) = MathF.SinCos(MathF.PI * i / rows);
            for (int j = 0; j < columns; j++)
            {
                var (s, c) = MathF.SinCos(2 * MathF.PI * j / columns);
                positions.Add(new Vector3(sin * c, -cos, sin * s));
            }
        }

        positions.Add(Vector3.UnitY);
        int At(int i, int j) => 1 + (i - 1) * columns + j % columns;
        var triangles = new List<int>();
        for (int j = 0; j < columns; j++)
        {
            triangles.AddRange([0, At(1, j), At(1, j + 1), positions.Count - 1, At(rows - 1, j + 1), At(rows - 1, j)]);
            for (int i = 1; i < rows - 1; i++)
                triangles.AddRange([At(i, j), At(i + 1, j), At(i, j + 1), At(i, j + 1), At(i + 1, j), At(i + 1, j + 1)]);
        }

        // Clockwise from outside in this mirrored frame.
        Vector3 a = positions[triangles[0]], b = positions[triangles[1]], d = positions[triangles[2]];
        int[] indices = [.. triangles];
        if (Vector3.Dot(Vector3.Cross(b - a, d - a), a + b + d) > 0)
        {
            for (int t = 0; t < indices.Length; t += 3)
                (indices[t + 1], indices[t + 2]) = (indices[t + 2], indices[t + 1]);
        }

        return ([.. positions.Select(p => center + radius * p)], indices);
    }
}
