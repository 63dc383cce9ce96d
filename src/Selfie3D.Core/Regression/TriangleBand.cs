using System.Buffers;
using System.Numerics;

namespace Selfie3D.Regression;

/// <summary>
/// Makes a distance exact near the surface. Tangent planes of vertices (<see cref="SurfaceVoxelizer"/>) are what the network
/// was trained on, but where vertices lie farther apart than voxels they leave small stairs in the surface itself.
/// </summary>
internal static class TriangleBand
{
    // Exact up to here, then over to the given distance; voxels.
    private const float Exact = 1, Band = 1.4f;

    /// <summary>Replaces magnitudes near the surface by the distance to the nearest triangle; signs stay.</summary>
    /// <param name="distance">[z, y, x], size^3, as <see cref="SurfaceVoxelizer.Voxelize"/> gives it.</param>
    /// <param name="positions">Vertices in voxel coordinates.</param>
    /// <param name="triangles">3 T indices.</param>
    /// <param name="size">Voxels along each axis.</param>
    public static void Refine(float[] distance, Vector3[] positions, int[] triangles, int size)
    {
        float[] nearest = ArrayPool<float>.Shared.Rent(distance.Length);
        try
        {
            int slabs = Math.Min(size, 4 * Environment.ProcessorCount);
            Parallel.For(0, slabs, s =>
            {
                int firstZ = s * size / slabs, endZ = (s + 1) * size / slabs;
                int from = firstZ * size * size, to = endZ * size * size;
                nearest.AsSpan(from, to - from).Fill(Band * Band);
                for (int t = 0; t < triangles.Length; t += 3)
                    Splat(positions[triangles[t]], positions[triangles[t + 1]], positions[triangles[t + 2]], size, firstZ, endZ, nearest);
                for (int i = from; i < to; i++)
                {
                    if (nearest[i] < Band * Band)
                        distance[i] = Blend(distance[i], MathF.Sqrt(nearest[i]));
                }
            });
        }
        finally
        {
            ArrayPool<float>.Shared.Return(nearest);
        }
    }

    private static float Blend(float given, float exact)
    {
        float share = Math.Clamp((exact - Exact) / (Band - Exact), 0, 1);
        return MathF.CopySign(exact + share * (MathF.Abs(given) - exact), given);
    }

    private static void Splat(Vector3 a, Vector3 b, Vector3 c, int size, int firstZ, int endZ, float[] nearest)
    {
        Vector3 low = Vector3.Min(a, Vector3.Min(b, c)) - new Vector3(Band + 0.5f);
        Vector3 high = Vector3.Max(a, Vector3.Max(b, c)) + new Vector3(Band - 0.5f);
        if (!(low.Z < endZ && high.Z >= firstZ && high.X >= 0 && high.Y >= 0 && low.X < size && low.Y < size))
            return;
        int x0 = Math.Max(0, (int)MathF.Ceiling(low.X)), x1 = (int)MathF.Min(size - 1, high.X);
        int y0 = Math.Max(0, (int)MathF.Ceiling(low.Y)), y1 = (int)MathF.Min(size - 1, high.Y);
        int z0 = Math.Max(firstZ, (int)MathF.Ceiling(low.Z)), z1 = (int)MathF.Min(endZ - 1, high.Z);
        var triangle = new Triangle(a, b, c);
        for (int z = z0; z <= z1; z++)
        {
            for (int y = y0; y <= y1; y++)
            {
                int row = (z * size + y) * size;
                var (from, to) = triangle.WithinBand(y + 0.5f, z + 0.5f, x0, x1);
                for (int x = from; x <= to; x++)
                {
                    float squared = triangle.SquaredDistance(new Vector3(x + 0.5f, y + 0.5f, z + 0.5f), nearest[row + x]);
                    if (squared < nearest[row + x])
                        nearest[row + x] = squared;
                }
            }
        }
    }

    // Distance from a point to a triangle: to its plane above the face, else to the nearest of its edges.
    private readonly struct Triangle
    {
        private readonly Vector3 _a, _ab, _ac, _bc, _normal;
        private readonly float _abab, _abac, _acac, _inverse, _bcbc;

        public Triangle(Vector3 a, Vector3 b, Vector3 c)
        {
            (_a, _ab, _ac, _bc) = (a, b - a, c - a, c - b);
            (_abab, _abac, _acac, _bcbc) = (_ab.LengthSquared(), Vector3.Dot(_ab, _ac), _ac.LengthSquared(), _bc.LengthSquared());
            var normal = Vector3.Cross(_ab, _ac);
            float area = normal.LengthSquared();
            _normal = area > 1e-20f ? normal / MathF.Sqrt(area) : Vector3.Zero;
            _inverse = area > 1e-20f ? 1 / area : 0;
        }

        /// <summary>The part of a row of voxels that lies within the band of the triangle's plane.</summary>
        public (int From, int To) WithinBand(float y, float z, int x0, int x1)
        {
            if (MathF.Abs(_normal.X) < 1e-3f)
                return (x0, x1);
            float atZero = _normal.X * (0.5f - _a.X) + _normal.Y * (y - _a.Y) + _normal.Z * (z - _a.Z);
            float middle = -atZero / _normal.X, half = Band / MathF.Abs(_normal.X);
            return ((int)MathF.Max(x0, MathF.Ceiling(middle - half)), (int)MathF.Min(x1, MathF.Floor(middle + half)));
        }

        /// <summary>The squared distance, or any larger value when it is at least <paramref name="limit"/>.</summary>
        public float SquaredDistance(Vector3 point, float limit)
        {
            var p = point - _a;
            float plane = Vector3.Dot(_normal, p), squaredPlane = plane * plane;
            if (squaredPlane >= limit)
                return limit;
            float pab = Vector3.Dot(p, _ab), pac = Vector3.Dot(p, _ac);
            float v = (_acac * pab - _abac * pac) * _inverse, w = (_abab * pac - _abac * pab) * _inverse;
            if (_inverse > 0 && v >= 0 && w >= 0 && v + w <= 1)
                return squaredPlane;
            float best = ToSegment(p, _ab, pab, _abab);
            best = MathF.Min(best, ToSegment(p, _ac, pac, _acac));
            var q = p - _ab;
            return MathF.Min(best, ToSegment(q, _bc, Vector3.Dot(q, _bc), _bcbc));
        }

        private static float ToSegment(Vector3 p, Vector3 edge, float dot, float squaredLength)
        {
            float t = squaredLength > 0 ? Math.Clamp(dot / squaredLength, 0, 1) : 0;
            return (p - t * edge).LengthSquared();
        }
    }
}
