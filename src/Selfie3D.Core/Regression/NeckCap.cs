using System.Numerics;

namespace Selfie3D.Regression;

/// <summary>
/// The flat patch that closes the prior's neck: rings of triangles around one vertex, the last of which is the rim of the cut.
/// The prior ends there with a slanted plane; <see cref="Stand"/> draws the neck down to a level base, so that the head stands.
/// </summary>
internal sealed class NeckCap
{
    /// <summary>Of the volume's side: what lies so near to its walls would be cut off by them.</summary>
    public const float Border = 2.5f / 64;

    private const int LeastValence = 12;
    private const int LeastRings = 5, MostRings = 16; // fewer are also flat around the pole of a ball
    private const float Flatness = 0.06f; // farthest from the plane, as a share of the rim's mean radius

    private readonly int[] _vertices; // centre, inner rings, and last the rim
    private readonly int _rimStart;

    private NeckCap(int[] vertices, int rimStart)
    {
        _vertices = vertices;
        _rimStart = rimStart;
    }

    /// <summary>The vertices of the rim.</summary>
    public ReadOnlySpan<int> Rim => _vertices.AsSpan(_rimStart);

    /// <summary>Finds the patch: the lowest vertex with many neighbours, with as many flat rings around it as there are.</summary>
    /// <param name="head">A prior, head frame (any unit).</param>
    /// <param name="triangles">3 T vertex indices.</param>
    /// <returns>Null where the prior has no such patch.</returns>
    public static NeckCap? Find(ReadOnlySpan<Vector3> head, int[] triangles)
    {
        var valence = new int[head.Length];
        foreach (int vertex in triangles)
            valence[vertex]++;
        int center = -1;
        for (int k = 0; k < valence.Length; k++)
        {
            if (valence[k] >= LeastValence && (center < 0 || head[k].Y < head[center].Y))
                center = k;
        }

        if (center < 0)
            return null;
        var inside = new bool[head.Length];
        inside[center] = true;
        List<int> vertices = [center];
        int rimStart = -1, rings = 0;
        for (int ring = 0; ring < MostRings; ring++)
        {
            // In order of the triangles, so that the result is always the same.
            int start = vertices.Count;
            var before = (bool[])inside.Clone();
            for (int t = 0; t < triangles.Length; t += 3)
            {
                if (!before[triangles[t]] && !before[triangles[t + 1]] && !before[triangles[t + 2]])
                    continue;
                for (int k = t; k < t + 3; k++)
                {
                    if (!inside[triangles[k]])
                    {
                        inside[triangles[k]] = true;
                        vertices.Add(triangles[k]);
                    }
                }
            }

            if (vertices.Count - start != valence[center] || !IsFlat(head, vertices))
            {
                vertices.RemoveRange(start, vertices.Count - start);
                break;
            }

            rimStart = start;
            rings++;
        }

        return rings >= LeastRings ? new NeckCap([.. vertices], rimStart) : null;
    }

    /// <summary>The plane of the cut: the middle of the rim and the unit normal out of the head.</summary>
    /// <param name="points">The prior, any frame.</param>
    /// <param name="inside">A point on the head's side of the cut.</param>
    public (Vector3 Middle, Vector3 Normal) Plane(ReadOnlySpan<Vector3> points, Vector3 inside)
    {
        var (middle, normal) = Plane(points, Rim);
        return (middle, Vector3.Dot(normal, inside - middle) > 0 ? -normal : normal);
    }

    /// <summary>
    /// Draws the rim straight down onto a level base, as low as the lowest point of the rim and lower than the chin; where the
    /// volume ends before, only part of the way, so that the base slants less than the cut did.
    /// </summary>
    /// <param name="photoPoints">The prior, photo frame; the cap's vertices are moved.</param>
    /// <param name="frame">Of the same head.</param>
    /// <param name="chin">Photo frame.</param>
    /// <param name="crop">The volume's square.</param>
    public void Stand(Span<Vector3> photoPoints, HeadFrame frame, Vector3 chin, HeadCrop crop)
    {
        const float BelowChin = 0.008f;   // metres
        const int Steps = 24;
        float level = frame.ToHead(chin).Y - BelowChin;
        foreach (int vertex in Rim)
            level = MathF.Min(level, frame.ToHead(photoPoints[vertex]).Y);
        for (int step = Steps; step > 0; step--)
        {
            float share = (float)step / Steps;
            if (!Fits(photoPoints, frame, crop, level, share))
                continue;
            foreach (int vertex in _vertices)
                photoPoints[vertex] = Lowered(photoPoints[vertex], frame, level, share);
            return;
        }
    }

    private bool Fits(ReadOnlySpan<Vector3> photoPoints, HeadFrame frame, HeadCrop crop, float level, float share)
    {
        foreach (int vertex in Rim)
        {
            var unit = crop.PhotoToCrop(Lowered(photoPoints[vertex], frame, level, share));
            if (Vector3.Min(unit, Vector3.One - unit) is var least && MathF.Min(least.X, MathF.Min(least.Y, least.Z)) < Border)
                return false;
        }

        return true;
    }

    // Never upwards: the wall above would fold.
    private static Vector3 Lowered(Vector3 photo, HeadFrame frame, float level, float share)
    {
        var head = frame.ToHead(photo);
        return frame.ToPhoto(head with { Y = float.Lerp(head.Y, level, share) });
    }

    private static bool IsFlat(ReadOnlySpan<Vector3> points, List<int> vertices)
    {
        int rim = vertices.Count - 1;
        var span = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(vertices);
        var (middle, normal) = Plane(points, span[1..]);
        float radius = 0, off = 0;
        foreach (int vertex in span[1..])
        {
            var from = points[vertex] - middle;
            radius += from.Length() / rim;
            off = MathF.Max(off, MathF.Abs(Vector3.Dot(from, normal)));
        }

        return off < Flatness * radius;
    }

    // Least squares: the direction in which the points spread least.
    private static (Vector3 Middle, Vector3 Normal) Plane(ReadOnlySpan<Vector3> points, ReadOnlySpan<int> chosen)
    {
        var middle = Vector3.Zero;
        foreach (int vertex in chosen)
            middle += points[vertex] / chosen.Length;
        double xx = 0, xy = 0, xz = 0, yy = 0, yz = 0, zz = 0;
        foreach (int vertex in chosen)
        {
            var p = points[vertex] - middle;
            (xx, xy, xz) = (xx + p.X * p.X, xy + p.X * p.Y, xz + p.X * p.Z);
            (yy, yz, zz) = (yy + p.Y * p.Y, yz + p.Y * p.Z, zz + p.Z * p.Z);
        }

        // Power iteration on (trace - covariance), whose largest eigenvector is the covariance's smallest.
        double trace = xx + yy + zz;
        var normal = new Vector3(0.3f, 0.8f, 0.5f);
        for (int i = 0; i < 60; i++)
        {
            normal = Vector3.Normalize(new Vector3(
                (float)((trace - xx) * normal.X - xy * normal.Y - xz * normal.Z),
                (float)(-xy * normal.X + (trace - yy) * normal.Y - yz * normal.Z),
                (float)(-xz * normal.X - yz * normal.Y + (trace - zz) * normal.Z)));
        }

        return (middle, normal);
    }
}
