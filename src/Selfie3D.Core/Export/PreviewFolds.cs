using System.Numerics;

namespace Selfie3D.Export;

/// <summary>
/// How much of the light from all around reaches a place: what stands out over the plane of the skin around it takes light
/// away (after McGuire et al., The Alchemy screen-space ambient obscurance algorithm, 2011, with fixed taps and no noise).
/// </summary>
internal sealed class PreviewFolds
{
    private const int Taps = 18, Turns = 5;
    private const float Reach = 0.03f;    // metres
    private const float Strength = 1.5f, Least = 0.45f;
    private const float Bias = 0.08f;     // sine of the angle over the plane that does not count yet

    // A spiral of taps: x the share of the reach, y and z sine and cosine of the direction.
    private static readonly Vector3[] Spiral = [.. Enumerable.Range(0, Taps).Select(k => (k + 0.5f) / Taps).Select(share =>
    {
        var (sin, cos) = MathF.SinCos(MathF.Tau * Turns * share);
        return new Vector3(share, sin, cos);
    })];

    private readonly float[] _near; // [y, x] 1 / distance, 0 for none
    private readonly int _size;
    private readonly float _focal;

    /// <param name="near">[y, x] one over the distance from the camera, 1/metres; 0 where nothing is.</param>
    /// <param name="size">Samples along each side.</param>
    /// <param name="focal">Samples that a metre takes at a distance of one metre.</param>
    public PreviewFolds(float[] near, int size, float focal) => (_near, _size, _focal) = (near, size, focal);

    /// <summary>1 for open skin, less in folds.</summary>
    public float LightAt(int x, int y)
    {
        if (!TryPoint(x, y, out var own)) return 1;
        // The skin's plane from its neighbours, the nearer one on each axis.
        var normal = Vector3.Cross(Along(x, y, 1, 0, own), Along(x, y, 0, 1, own));
        if (normal.LengthSquared() < 1e-20f) return 1;
        normal = Vector3.Normalize(normal);
        if (normal.Z < 0) normal = -normal;

        var samplesAcross = Reach * _focal / own.Z;
        var taken = 0f;
        foreach (var tap in Spiral)
        {
            if (!TryPoint(x + (int)(samplesAcross * tap.X * tap.Z), y + (int)(samplesAcross * tap.X * tap.Y), out var other)) continue;
            var toward = new Vector3(other.X - own.X, other.Y - own.Y, own.Z - other.Z);
            var distance = toward.Length();
            if (distance is < 1e-6f or > 2 * Reach) continue;
            var above = Vector3.Dot(toward, normal) / distance - Bias;
            if (above > 0) taken += above * MathF.Max(0, 1 - distance / (2 * Reach));
        }
        return MathF.Max(Least, 1 - Strength * taken / Taps * 2);
    }

    // x right, y up, and the distance from the camera, metres.
    private bool TryPoint(int x, int y, out Vector3 point)
    {
        point = default;
        if ((uint)x >= (uint)_size || (uint)y >= (uint)_size || _near[y * _size + x] is not (> 0 and var near)) return false;
        point = new Vector3((x - _size / 2f) / (_focal * near), (_size / 2f - y) / (_focal * near), 1 / near);
        return true;
    }

    private Vector3 Along(int x, int y, int dx, int dy, Vector3 own)
    {
        const int Step = 2; // samples; a little wider than one, to be calm
        var forward = TryPoint(x + Step * dx, y + Step * dy, out var next) ? next - own : new Vector3(0, 0, 1e9f);
        var backward = TryPoint(x - Step * dx, y - Step * dy, out var last) ? own - last : new Vector3(0, 0, 1e9f);
        var along = MathF.Abs(forward.Z) <= MathF.Abs(backward.Z) ? forward : backward;
        return MathF.Abs(along.Z) > 1e8f ? Vector3.Zero : along with { Z = -along.Z }; // z towards the camera
    }
}
