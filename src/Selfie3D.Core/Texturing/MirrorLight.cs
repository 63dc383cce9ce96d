using System.Numerics;

namespace Selfie3D.Texturing;

/// <summary>
/// How much brighter or darker one half of the head is than the other, learnt where the camera saw both, and continued
/// over the half that it did not see: a colour taken from the mirror image is brought into the light of its new place.
/// </summary>
/// <remarks>
/// On a symmetric head the light of a distant environment gives log-ratios between the halves that are odd in the normal's
/// x: of the spherical harmonics up to order 2 (Ramamoorthi and Hanrahan, An efficient representation for irradiance
/// environment maps, 2001) those are nx, nx ny and nx nz. What they leave is carried on over a few centimetres.
/// </remarks>
internal sealed class MirrorLight
{
    private const float Floor = 14;         // keeps ratios of dark colours quiet, RGB 0..255
    private const float MostRatio = 1.1f;   // of one pair, logarithm: hair on one side only is not light
    private const float MostGain = 0.55f;   // logarithm; more would bring out noise
    private const float Doubt = 0.25f;      // residual at which a pair counts half for the light
    private const float RestDoubt = 0.5f;   // and for what the light leaves
    private const int Rounds = 4;           // of weighing the pairs anew
    private const float Ridge = 5e-5f;      // evidence for no difference at all: area times the squared function, square metres
    // What features that do not lie on one another leave is alike over about this area, square metres: so few independent
    // witnesses there are of coefficients that are usually this large.
    private const float PatchArea = 6e-4f, UsualLight = 0.25f;
    // Functions of order 2 have a larger ridge: over a face they look much like nx, but go elsewhere beyond it.
    private const float HighRidge = 8;
    // Light is not carried on for ever: from this many times the usual |nx| of the pairs (root of the mean square) it stays.
    private const float Reach = 2.5f;
    // Area of known pairs, as a share of a cell's area, at which a grid is believed half.
    private const float HalfKnown = 0.4f;
    // The difference in hue is taken for light if the fit leaves no more than the first, and by a part of it from the second on.
    private const float HueSure = 0.12f, HueDoubtful = 0.26f, LeastHue = 0.4f;
    private const float MostHue = 0.25f;    // logarithm: a channel beside the mean of the three
    private const int FinestLevel = 1;      // features of the two halves do not lie exactly on one another

    private readonly Vector3[] _light = new Vector3[3]; // one coefficient of each function for each channel
    private readonly SurfaceField _rest;
    private readonly float _reach = 1; // the largest |nx| that the light is followed to
    private readonly float _areaPerVertex;

    /// <summary>A place that the camera saw on both halves: its logarithm of the ratio to its mirror image counts.</summary>
    /// <param name="Head">The place, head frame.</param>
    /// <param name="Normal">Its normal, head frame.</param>
    /// <param name="Own">Its colour.</param>
    /// <param name="Mirrored">The colour of its mirror image.</param>
    /// <param name="Weight">0..1.</param>
    public readonly record struct Pair(Vector3 Head, Vector3 Normal, Vector3 Own, Vector3 Mirrored, float Weight);

    /// <param name="pairs">All of the head.</param>
    /// <param name="min">Lowest coordinates of the head, metres.</param>
    /// <param name="max">Highest coordinates of the head, metres.</param>
    /// <param name="areaPerVertex">Area that one pair stands for, square metres.</param>
    public MirrorLight(IReadOnlyList<Pair> pairs, Vector3 min, Vector3 max, float areaPerVertex)
    {
        _areaPerVertex = areaPerVertex;
        var ratios = new Vector3[pairs.Count];
        for (var k = 0; k < ratios.Length; k++)
            ratios[k] = Vector3.Clamp(Log(pairs[k].Own) - Log(pairs[k].Mirrored), new Vector3(-MostRatio), new Vector3(MostRatio));

        // Begins without any light: hair on one side only would drag a plain fit along.
        var weights = new float[ratios.Length];
        var hue = LeastHue;
        for (var round = 0; round < Rounds; round++)
        {
            double total = 0, left = 0, across = 0;
            for (var k = 0; k < ratios.Length; k++)
            {
                var normal = pairs[k].Normal;
                var off = (ratios[k] - Light(normal)).LengthSquared() / 3;
                weights[k] = pairs[k].Weight / (1 + off / (Doubt * Doubt));
                total += weights[k];
                left += weights[k] * off;
                across += weights[k] * normal.X * normal.X;
            }
            if (total <= 0) break;
            var variance = (float)(left / total);
            _reach = Reach * (float)Math.Sqrt(across / total);
            hue = 1 - (1 - LeastHue) * HeadView.Smooth(HueSure, HueDoubtful, MathF.Sqrt(variance));
            Fit(pairs, ratios, weights, Ridge + variance * PatchArea / (UsualLight * UsualLight));
        }
        for (var k = 0; k < _light.Length; k++)
        {
            var gray = new Vector3((_light[k].X + _light[k].Y + _light[k].Z) / 3);
            _light[k] = gray + hue * (_light[k] - gray);
        }

        _rest = new SurfaceField(min, max, FinestLevel);
        for (var k = 0; k < ratios.Length; k++)
        {
            var rest = ratios[k] - Light(pairs[k].Normal);
            _rest.Add(pairs[k].Head, rest, pairs[k].Weight / (1 + rest.LengthSquared() / (3 * RestDoubt * RestDoubt)));
        }
        _rest.Close();
    }

    /// <summary>The factors, one a channel, by which the mirror image's colour (plus a floor) is multiplied at a place.</summary>
    public Vector3 GainAt(Vector3 head, Vector3 normal)
    {
        var log = Light(normal);
        var rest = Vector3.Zero;
        for (var level = SurfaceField.Levels - 1; level >= FinestLevel; level--)
        {
            var sum = _rest.Sample(level, head);
            if (sum.W <= 1e-4f) continue;
            var cell = SurfaceField.FinestCell * (1 << level);
            rest = Vector3.Lerp(rest, sum.AsVector3() / sum.W, sum.W / (sum.W + HalfKnown * cell * cell / _areaPerVertex));
        }
        log += rest;
        var gray = new Vector3((log.X + log.Y + log.Z) / 3);
        log = Vector3.Clamp(gray, new Vector3(-MostGain), new Vector3(MostGain))
            + Vector3.Clamp(log - gray, new Vector3(-MostHue), new Vector3(MostHue));
        return new Vector3(MathF.Exp(log.X), MathF.Exp(log.Y), MathF.Exp(log.Z));
    }

    /// <summary>A mirrored colour, RGB 0..255, in its new light.</summary>
    public static Vector4 Apply(Vector4 color, Vector4 gain) => (color + new Vector4(Floor)) * gain - new Vector4(Floor);

    /// <summary>Logarithm of a colour's brightness, RGB 0..255 above the floor.</summary>
    public static float Brightness(Vector4 color) => MathF.Log(MathF.Max(1, (color.X + color.Y + color.Z) / 3 + Floor));

    private static Vector3 Log(Vector3 v) => new(MathF.Log(v.X + Floor), MathF.Log(v.Y + Floor), MathF.Log(v.Z + Floor));

    private static Vector3 Odd(Vector3 n) => n.X * new Vector3(1, n.Y, n.Z);

    private Vector3 Light(Vector3 normal)
    {
        var f = Odd(normal with { X = Math.Clamp(normal.X, -_reach, _reach) });
        return f.X * _light[0] + f.Y * _light[1] + f.Z * _light[2];
    }

    // Weighted least squares with a ridge; the ratio between a place and its image is twice the odd part of its light,
    // which the coefficients hold as one.
    private void Fit(IReadOnlyList<Pair> pairs, Vector3[] ratios, float[] weights, float ridge)
    {
        double xx = ridge, yy = HighRidge * ridge, zz = HighRidge * ridge, xy = 0, xz = 0, yz = 0;
        Span<double> right = stackalloc double[9]; // [function, channel]
        right.Clear();
        for (var k = 0; k < ratios.Length; k++)
        {
            var f = Odd(pairs[k].Normal);
            var w = _areaPerVertex * weights[k];
            xx += w * f.X * f.X;
            yy += w * f.Y * f.Y;
            zz += w * f.Z * f.Z;
            xy += w * f.X * f.Y;
            xz += w * f.X * f.Z;
            yz += w * f.Y * f.Z;
            for (var c = 0; c < 3; c++)
            {
                right[c] += w * f.X * ratios[k][c];
                right[3 + c] += w * f.Y * ratios[k][c];
                right[6 + c] += w * f.Z * ratios[k][c];
            }
        }
        // Cramer's rule on the symmetric 3 x 3; the ridge keeps it regular.
        double a = yy * zz - yz * yz, b = xz * yz - xy * zz, d = xy * yz - xz * yy;
        double e = xx * zz - xz * xz, g = xy * xz - xx * yz, h = xx * yy - xy * xy;
        var inverse = 1 / (xx * a + xy * b + xz * d);
        for (var c = 0; c < 3; c++)
        {
            double p = right[c], q = right[3 + c], r = right[6 + c];
            _light[0][c] = (float)(inverse * (a * p + b * q + d * r));
            _light[1][c] = (float)(inverse * (b * p + e * q + g * r));
            _light[2][c] = (float)(inverse * (d * p + g * q + h * r));
        }
    }
}
