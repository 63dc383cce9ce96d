using System.Numerics;

namespace Selfie3D.Regression;

/// <summary>Weighted rotation and scale between two point sets (Horn, "Closed-form solution of absolute orientation", 1987).</summary>
internal static class Similarity
{
    /// <summary>Finds R and s that bring centred <paramref name="source"/> closest to centred <paramref name="target"/>.</summary>
    /// <returns>The rotation in row-vector convention (target = source * Rotation * Scale), and the scale.</returns>
    public static (Matrix4x4 Rotation, float Scale) Fit(
        ReadOnlySpan<Vector3> source, ReadOnlySpan<Vector3> target, ReadOnlySpan<float> weights)
    {
        Vector3 sourceMean = Vector3.Zero, targetMean = Vector3.Zero;
        float total = 0;
        for (int i = 0; i < source.Length; i++)
        {
            sourceMean += weights[i] * source[i];
            targetMean += weights[i] * target[i];
            total += weights[i];
        }

        sourceMean /= total;
        targetMean /= total;

        // c[a, b] = sum w * source_a * target_b
        Span<double> c = stackalloc double[9];
        double sourceVariance = 0, targetVariance = 0;
        for (int i = 0; i < source.Length; i++)
        {
            var s = source[i] - sourceMean;
            var t = target[i] - targetMean;
            double w = weights[i] / total;
            sourceVariance += w * s.LengthSquared();
            targetVariance += w * t.LengthSquared();
            for (int a = 0; a < 3; a++)
                for (int b = 0; b < 3; b++)
                    c[3 * a + b] += w * s[a] * t[b];
        }

        if (sourceVariance < 1e-20 || targetVariance < 1e-20)
            return (Matrix4x4.Identity, 0);

        double norm = Math.Sqrt(sourceVariance * targetVariance);
        for (int i = 0; i < 9; i++)
            c[i] /= norm;
        var quaternion = LargestEigenvector(c, out double eigenvalue);
        // The largest eigenvalue is trace(R C), so the least-squares scale is eigenvalue / sourceVariance.
        return (Matrix4x4.CreateFromQuaternion(quaternion), (float)(eigenvalue * norm / sourceVariance));
    }

    // Jacobi rotations on Horn's symmetric 4x4 matrix; the eigenvector of the largest eigenvalue is the quaternion (w, x, y, z).
    private static Quaternion LargestEigenvector(ReadOnlySpan<double> c, out double eigenvalue)
    {
        double xx = c[0], xy = c[1], xz = c[2], yx = c[3], yy = c[4], yz = c[5], zx = c[6], zy = c[7], zz = c[8];
        var n = new double[4, 4]
        {
            { xx + yy + zz, yz - zy, zx - xz, xy - yx },
            { yz - zy, xx - yy - zz, xy + yx, zx + xz },
            { zx - xz, xy + yx, yy - xx - zz, yz + zy },
            { xy - yx, zx + xz, yz + zy, zz - xx - yy },
        };
        var v = new double[4, 4] { { 1, 0, 0, 0 }, { 0, 1, 0, 0 }, { 0, 0, 1, 0 }, { 0, 0, 0, 1 } };
        for (int sweep = 0; sweep < 30; sweep++)
        {
            double off = 0;
            for (int p = 0; p < 3; p++)
                for (int q = p + 1; q < 4; q++)
                    off += n[p, q] * n[p, q];
            if (off < 1e-24)
                break;
            for (int p = 0; p < 3; p++)
                for (int q = p + 1; q < 4; q++)
                    Rotate(n, v, p, q);
        }

        int best = 0;
        for (int i = 1; i < 4; i++)
        {
            if (n[i, i] > n[best, best])
                best = i;
        }

        eigenvalue = n[best, best];
        return Quaternion.Normalize(new Quaternion((float)v[1, best], (float)v[2, best], (float)v[3, best], (float)v[0, best]));
    }

    private static void Rotate(double[,] n, double[,] v, int p, int q)
    {
        if (Math.Abs(n[p, q]) < 1e-300)
            return;
        double theta = (n[q, q] - n[p, p]) / (2 * n[p, q]);
        double t = (theta >= 0 ? 1 : -1) / (Math.Abs(theta) + Math.Sqrt(theta * theta + 1));
        double cos = 1 / Math.Sqrt(t * t + 1), sin = t * cos;
        for (int k = 0; k < 4; k++)
        {
            (n[k, p], n[k, q]) = (cos * n[k, p] - sin * n[k, q], sin * n[k, p] + cos * n[k, q]);
        }

        for (int k = 0; k < 4; k++)
        {
            (n[p, k], n[q, k]) = (cos * n[p, k] - sin * n[q, k], sin * n[p, k] + cos * n[q, k]);
            (v[k, p], v[k, q]) = (cos * v[k, p] - sin * v[k, q], sin * v[k, p] + cos * v[k, q]);
        }
    }
}
