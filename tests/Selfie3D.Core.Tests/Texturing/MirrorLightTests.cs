using System.Numerics;
using Selfie3D.Texturing;

namespace Selfie3D.Tests.Texturing;

public sealed class MirrorLightTests
{
    private const float Radius = 0.1f;
    private static readonly Vector3 Corner = new(Radius);

    [Fact]
    public void GainAt_SphereLitFromOneSide_IsTheLightsRatio()
    {
        // Both halves seen to 45 degrees from the front; asked for beyond.
        static float Light(Vector3 n) => MathF.Exp(0.2f * n.X);
        var pairs = Pairs(n => n.Z > 0.7f, n => 150 * Light(n) * Vector3.One);
        var light = new MirrorLight(pairs, -Corner, Corner, 0.1f / 10000);
        foreach (float degrees in new[] { -80, -60, 60, 80 })
        {
            var (x, z) = MathF.SinCos(degrees * MathF.PI / 180);
            var normal = new Vector3(x, 0, z);
            var mirror = normal * new Vector3(-1, 1, 1);
            var corrected = MirrorLight.Apply(new Vector4(150 * Light(mirror)), new Vector4(light.GainAt(Radius * normal, normal), 1)).X;
            Assert.Equal(150 * Light(normal), corrected, 12f);
        }
    }

    [Fact]
    public void GainAt_SameLightOnBothHalves_IsOne()
    {
        var light = new MirrorLight(Pairs(n => n.Z > 0.5f, _ => new Vector3(180, 140, 120)), -Corner, Corner, 1e-5f);
        var gain = light.GainAt(new Vector3(Radius, 0, 0), Vector3.UnitX);
        Assert.True((gain - Vector3.One).Length() < 1e-3f, $"{gain}");
    }

    [Fact]
    public void GainAt_NoPairs_IsOne() =>
        Assert.Equal(Vector3.One, new MirrorLight([], -Corner, Corner, 1e-5f).GainAt(Vector3.Zero, Vector3.UnitX));

    [Fact]
    public void GainAt_WarmLightFromOneSide_KeepsItsHueAtTheEdgeOfWhatWasSeenTwice()
    {
        static Vector3 Light(Vector3 n) => new(150 * MathF.Exp(0.05f * n.X), 150 * MathF.Exp(0.15f * n.X), 150 * MathF.Exp(0.22f * n.X));
        var light = new MirrorLight(Pairs(n => n.Z > 0.7f, Light), -Corner, Corner, 4 * MathF.PI * Radius * Radius / 10000);
        var normal = Vector3.Normalize(new Vector3(0.75f, 0, 0.66f));
        var mirror = normal * new Vector3(-1, 1, 1);
        var corrected = MirrorLight.Apply(new Vector4(Light(mirror), 0), new Vector4(light.GainAt(Radius * normal, normal), 1)).AsVector3();
        Assert.True((Light(normal) - corrected).Length() < 6, $"{corrected} instead of {Light(normal)}");
    }

    [Fact]
    public void GainAt_HairOnOneSideOnly_IsBounded()
    {
        var light = new MirrorLight(Pairs(n => n.Z > 0.5f, n => n.X > 0 ? new Vector3(255) : Vector3.Zero), -Corner, Corner, 1e-5f);
        Assert.InRange(light.GainAt(new Vector3(Radius, 0, 0), Vector3.UnitX).X, 1, 1.8f);
    }

    private static List<MirrorLight.Pair> Pairs(Func<Vector3, bool> seen, Func<Vector3, Vector3> color)
    {
        var pairs = new List<MirrorLight.Pair>();
        const int Count = 10000;
        for (var k = 0; k < Count; k++)
        {
            var y = 1 - 2 * (k + 0.5f) / Count;
            var (sin, cos) = MathF.SinCos(2.3999632f * k);
            var n = new Vector3(MathF.Sqrt(1 - y * y) * cos, y, MathF.Sqrt(1 - y * y) * sin);
            if (seen(n)) pairs.Add(new MirrorLight.Pair(Radius * n, n, color(n), color(n * new Vector3(-1, 1, 1)), 1));
        }
        return pairs;
    }
}
