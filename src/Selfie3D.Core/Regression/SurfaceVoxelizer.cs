using System.Buffers;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace Selfie3D.Regression;

/// <summary>
/// Turns a closed triangle mesh into a truncated signed distance on a grid, exactly as the training package does
/// (<c>native/voxelise.c</c>): the network has to be given what it was trained on.
/// </summary>
public static class SurfaceVoxelizer
{
    // Near its vertex a tangent plane is the surface; farther off the distance of the vertex itself takes over in part.
    private const float PlaneUpTo = 1.2f, BlendUpTo = 2.2f, VertexShare = 0.3f;

    /// <summary>Signed distances of a mesh.</summary>
    /// <param name="positions">Vertices in voxel coordinates: x right, y down, z towards the camera, voxel centres at i + 0.5.</param>
    /// <param name="triangles">3 T indices, counter-clockwise from outside in a right-handed frame (so clockwise in this one).</param>
    /// <param name="size">Voxels along each axis.</param>
    /// <param name="truncation">Distances are cut off at this many voxels.</param>
    /// <returns>[z, y, x], x fastest, size^3 distances in voxels, negative inside.</returns>
    public static float[] Voxelize(Vector3[] positions, int[] triangles, int size, int truncation)
    {
        ArgumentNullException.ThrowIfNull(positions);
        ArgumentNullException.ThrowIfNull(triangles);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(truncation, 1);
        var normals = OutwardNormals(positions, triangles);
        int cells = size * size * size;
        sbyte[] inside = ArrayPool<sbyte>.Shared.Rent(cells);
        float[] nearest = ArrayPool<float>.Shared.Rent(cells);
        int[] owner = ArrayPool<int>.Shared.Rent(cells);
        try
        {
            var distance = new float[cells];
            MarkInside(positions, triangles, size, inside);
            var slabs = Slabs(size);
            Parallel.For(0, slabs.Length - 1, s =>
            {
                int from = slabs[s] * size * size, length = (slabs[s + 1] - slabs[s]) * size * size;
                nearest.AsSpan(from, length).Fill(float.MaxValue);
                owner.AsSpan(from, length).Fill(-1);
                SplatVertices(positions, normals, inside, size, truncation, slabs[s], slabs[s + 1], nearest, owner);
                Measure(positions, normals, size, truncation, slabs[s], slabs[s + 1], nearest, owner, inside, distance);
            });
            return distance;
        }
        finally
        {
            ArrayPool<sbyte>.Shared.Return(inside);
            ArrayPool<float>.Shared.Return(nearest);
            ArrayPool<int>.Shared.Return(owner);
        }
    }

    /// <summary>Area-weighted vertex normals; outward in this mirrored frame.</summary>
    internal static Vector3[] OutwardNormals(Vector3[] positions, int[] triangles)
    {
        var normals = new Vector3[positions.Length];
        for (int t = 0; t < triangles.Length; t += 3)
        {
            var a = positions[triangles[t]];
            var normal = Vector3.Cross(positions[triangles[t + 2]] - a, positions[triangles[t + 1]] - a);
            normals[triangles[t]] += normal;
            normals[triangles[t + 1]] += normal;
            normals[triangles[t + 2]] += normal;
        }

        for (int i = 0; i < normals.Length; i++)
            normals[i] /= MathF.Sqrt(normals[i].LengthSquared() + 1e-20f);
        return normals;
    }

    // Signed crossings summed along the columns of z from the camera inwards: inside where the sum is above 0. Small
    // self-intersections only raise the sum, so they leave no holes.
    private static void MarkInside(Vector3[] positions, int[] triangles, int size, sbyte[] inside)
    {
        int plane = size * size;
        var slabs = Slabs(size);
        Array.Clear(inside, 0, plane * size);
        Parallel.For(0, slabs.Length - 1, s =>
        {
            int firstRow = slabs[s], endRow = slabs[s + 1];
            for (int t = 0; t < triangles.Length; t += 3)
                Cross(positions[triangles[t]], positions[triangles[t + 1]], positions[triangles[t + 2]], size, firstRow, endRow, inside);
            for (int i = firstRow * size; i < endRow * size; i++)
            {
                int sum = 0;
                for (int z = size - 1; z >= 0; z--)
                {
                    sum += inside[z * plane + i];
                    inside[z * plane + i] = (sbyte)(sum > 0 ? 1 : 0);
                }
            }
        });
    }

    private static void Cross(Vector3 a, Vector3 b, Vector3 c, int size, int firstRow, int endRow, sbyte[] crossings)
    {
        int y0 = Math.Max(firstRow, (int)MathF.Ceiling(MathF.Min(a.Y, MathF.Min(b.Y, c.Y)) - 0.5f));
        int y1 = Math.Min(endRow - 1, (int)MathF.Floor(MathF.Max(a.Y, MathF.Max(b.Y, c.Y)) - 0.5f));
        if (y0 > y1)
            return;
        float area = (b.X - a.X) * (c.Y - a.Y) - (c.X - a.X) * (b.Y - a.Y);
        if (MathF.Abs(area) < 1e-12f)
            return;
        float inverse = 1 / area;
        int x0 = Math.Max(0, (int)MathF.Ceiling(MathF.Min(a.X, MathF.Min(b.X, c.X)) - 0.5f));
        int x1 = Math.Min(size - 1, (int)MathF.Floor(MathF.Max(a.X, MathF.Max(b.X, c.X)) - 0.5f));
        for (int y = y0; y <= y1; y++)
        {
            for (int x = x0; x <= x1; x++)
            {
                float px = x + 0.5f - a.X, py = y + 0.5f - a.Y;
                float w1 = (px * (c.Y - a.Y) - (c.X - a.X) * py) * inverse;
                float w2 = ((b.X - a.X) * py - (b.Y - a.Y) * px) * inverse;
                if (w1 < 0 || w2 < 0 || w1 + w2 > 1)
                    continue;
                int z = (int)MathF.Floor(a.Z + w1 * (b.Z - a.Z) + w2 * (c.Z - a.Z) - 0.5f);
                if (z < 0)
                    continue;
                crossings[(Math.Min(z, size - 1) * size + y) * size + x] += (sbyte)(area < 0 ? 1 : -1);
            }
        }
    }

    // The nearest vertex of every voxel within the truncation; of equally near ones the first.
    private static unsafe void SplatVertices(
        Vector3[] positions, Vector3[] normals, sbyte[] inside, int size, int truncation, int firstZ, int endZ, float[] nearest, int[] owner)
    {
        fixed (float* nearestPointer = nearest)
        fixed (int* ownerPointer = owner)
        {
            for (int i = 0; i < positions.Length; i++)
            {
                var p = positions[i];
                if (!(MathF.Abs(p.X) + MathF.Abs(p.Y) + MathF.Abs(p.Z) < 1e6f))
                    continue; // far outside, or not a number
                if (IsInside(p + normals[i], inside, size))
                    continue; // folds narrower than a voxel (nostrils, behind the lids) are no surface on this grid
                int cx = (int)MathF.Floor(p.X), cy = (int)MathF.Floor(p.Y), cz = (int)MathF.Floor(p.Z);
                int x0 = Math.Max(0, cx - truncation), x1 = Math.Min(size - 1, cx + truncation);
                int y0 = Math.Max(0, cy - truncation), y1 = Math.Min(size - 1, cy + truncation);
                int z0 = Math.Max(firstZ, cz - truncation), z1 = Math.Min(endZ - 1, cz + truncation);
                for (int z = z0; z <= z1; z++)
                {
                    float dz = z + 0.5f - p.Z;
                    for (int y = y0; y <= y1; y++)
                    {
                        float dy = y + 0.5f - p.Y, across = dz * dz + dy * dy;
                        SplatRow(nearestPointer, ownerPointer, (z * size + y) * size, x0, x1, p.X, across, i);
                    }
                }
            }
        }
    }

    private static bool IsInside(Vector3 point, sbyte[] inside, int size)
    {
        int x = (int)MathF.Floor(point.X), y = (int)MathF.Floor(point.Y), z = (int)MathF.Floor(point.Z);
        return (uint)x < (uint)size && (uint)y < (uint)size && (uint)z < (uint)size && inside[(z * size + y) * size + x] != 0;
    }

    private static unsafe void SplatRow(float* nearest, int* owner, int row, int x0, int x1, float pointX, float across, int vertex)
    {
        int x = x0;
        while (x + 7 <= x1)
        {
            var dx = Vector256.Create(x + 0.5f) + Vector256.Create(0f, 1, 2, 3, 4, 5, 6, 7) - Vector256.Create(pointX);
            var squared = Vector256.Create(across) + dx * dx;
            var before = Vector256.Load(nearest + row + x);
            var closer = Vector256.LessThan(squared, before);
            if (closer != Vector256<float>.Zero)
            {
                Vector256.ConditionalSelect(closer, squared, before).Store(nearest + row + x);
                Vector256.ConditionalSelect(closer.AsInt32(), Vector256.Create(vertex), Vector256.Load(owner + row + x)).Store(owner + row + x);
            }

            if (x + 7 == x1)
                return;
            x = Math.Min(x + 8, x1 - 7); // the last eight overlap: twice changes nothing
        }

        for (; x <= x1; x++)
        {
            float dx = x + 0.5f - pointX, squared = across + dx * dx;
            if (squared < nearest[row + x])
            {
                nearest[row + x] = squared;
                owner[row + x] = vertex;
            }
        }
    }

    private static void Measure(
        Vector3[] positions, Vector3[] normals, int size, int truncation, int firstZ, int endZ,
        float[] nearest, int[] owner, sbyte[] inside, float[] distance)
    {
        for (int z = firstZ; z < endZ; z++)
        {
            for (int y = 0; y < size; y++)
            {
                int row = (z * size + y) * size;
                for (int x = 0; x < size; x++)
                {
                    float value = truncation;
                    int vertex = owner[row + x];
                    if (vertex >= 0)
                    {
                        float plane = MathF.Abs(Vector3.Dot(normals[vertex], new Vector3(x + 0.5f, y + 0.5f, z + 0.5f) - positions[vertex]));
                        float toVertex = MathF.Sqrt(nearest[row + x]);
                        float share = Math.Clamp((toVertex - PlaneUpTo) / (BlendUpTo - PlaneUpTo), 0, 1) * VertexShare;
                        value = MathF.Min(truncation, plane + share * (toVertex - plane));
                    }

                    distance[row + x] = inside[row + x] != 0 ? -value : value;
                }
            }
        }
    }

    // More slabs than cores, because the head fills the middle ones.
    private static int[] Slabs(int size)
    {
        int count = Math.Min(size, 4 * Environment.ProcessorCount);
        return [.. Enumerable.Range(0, count + 1).Select(i => i * size / count)];
    }
}
