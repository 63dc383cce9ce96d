using System.Numerics;
using Selfie3D.Texturing;

namespace Selfie3D.Tests.Texturing;

public sealed class EarMapTests
{
    private static readonly Vector3 Skull = new(0.075f, 0.12f, 0.095f);
    private static readonly Vector2 EarMiddle = new(-0.01f, -0.025f), EarRadii = new(0.017f, 0.03f); // (z, y)

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void At_PlacesOnTheEar_IsOne(float side)
    {
        var map = new EarMap(Head(hollow: true));
        Assert.Equal(1, map.At(OnHead(side, 0.012f, 0)), 0.05f);     // the rim
        Assert.Equal(1, map.At(OnHead(side, 0, 0.022f)), 0.05f);     // its upper end
        Assert.Equal(1, map.At(OnHead(side, 0.002f, -0.005f)), 0.05f); // the hollow
    }

    [Theory]
    [InlineData(0, 0.048f)]      // above the ear, where a skull is widest
    [InlineData(-0.04f, 0.02f)]  // behind and above
    [InlineData(0.04f, 0)]       // the cheek
    public void At_TheSkullAroundTheEar_IsZero(float z, float y)
    {
        var map = new EarMap(Head(hollow: false));
        Assert.Equal(0, map.At(OnHead(1, z, y)));
        Assert.Equal(0, map.At(OnHead(-1, z, y)));
    }

    [Fact]
    public void At_HeadWithoutEars_IsZeroEverywhere()
    {
        Vector3[] head = [.. Head(hollow: false).Select(p => p with { X = MathF.CopySign(SkullWidth(p.Z, p.Y), p.X) })];
        var map = new EarMap(head);
        Assert.All(head, p => Assert.Equal(0, map.At(p)));
    }

    [Fact]
    public void At_BelowTheSkullsSide_IsZero()
    {
        var map = new EarMap(Head(hollow: false));
        Assert.Equal(0, map.At(new Vector3(0.04f, EarMiddle.Y, EarMiddle.X)));
    }

    // Both sides, a point to a square millimetre or so.
    private static Vector3[] Head(bool hollow) =>
    [
        .. from z in Enumerable.Range(-100, 200)
           from y in Enumerable.Range(-125, 200)
           from side in new[] { -1f, 1f }
           let place = new Vector2(z, y) / 1000
           where SkullWidth(place.X, place.Y) > 0
           let middle = ((place - EarMiddle) / EarRadii).Length()
           let ear = middle < 1 && !(hollow && middle < 0.35f) ? 0.014f : 0
           select new Vector3(side * (SkullWidth(place.X, place.Y) + ear), place.Y, place.X)
    ];

    private static float SkullWidth(float z, float y) =>
        Skull.X * MathF.Sqrt(MathF.Max(0, 1 - z * z / (Skull.Z * Skull.Z) - y * y / (Skull.Y * Skull.Y)));

    // A place relative to the middle of the ear, on the outside of what is there.
    private static Vector3 OnHead(float side, float z, float y)
    {
        Vector2 offset = new(z, y), place = EarMiddle + offset;
        var middle = (offset / EarRadii).Length();
        return new Vector3(side * (SkullWidth(place.X, place.Y) + (middle is < 1 and >= 0.35f ? 0.014f : 0)), place.Y, place.X);
    }
}
