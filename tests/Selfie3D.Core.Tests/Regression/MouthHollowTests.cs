using System.Numerics;
using Selfie3D.Regression;

namespace Selfie3D.Tests.Regression;

/// <summary>A wall for a face: a slit between the lips, and behind it a pocket that is higher than the slit.</summary>
public sealed class MouthHollowTests
{
    private const int Size = 96;
    private const float PixelsPerMetre = 1600, CubeMetres = 0.2f;
    private static readonly Vector3[] Landmarks = [.. MeanFace.Points.Select(p => PixelsPerMetre * p * new Vector3(1, -1, 1))];
    private static readonly HeadFrame Frame = HeadFrame.FromLandmarks(Landmarks);
    private static readonly Vector3 Lips = Frame.ToHead(Landmarks[62]);
    private static readonly float Skin = Frame.ToHead(Landmarks[51]).Z + 0.002f;

    [Fact]
    public void Fill_PocketBehindASlit_IsFilledWhereTheFrontDoesNotSeeIt()
    {
        var volume = Wall();

        var hollow = new MouthHollow(Frame, Landmarks).Fill(volume);

        foreach (float up in (float[])[-0.0045f, 0.0045f])
        {
            var behindALip = Lips with { Y = Lips.Y + up, Z = Skin - 0.01f };
            Assert.True(Distance(behindALip) > 0.001f);
            Assert.True(At(volume, behindALip) < -0.5f);
            Assert.Contains(hollow, point => Vector3.Distance(Frame.ToHead(point), behindALip) < 0.003f);
        }

        var open = Lips with { Z = Skin - 0.01f };
        Assert.True(At(volume, open) > 0.5f); // still a mouth
        var deep = Lips with { Z = Skin - 0.018f };
        Assert.True(Distance(deep) > 0.001f);
        Assert.True(At(volume, deep) < -0.5f); // but not a deep one
    }

    [Fact]
    public void Fill_AnyMouth_LeavesTheRestAlone()
    {
        var volume = Wall();
        float[] before = [.. volume.Distance];

        new MouthHollow(Frame, Landmarks).Fill(volume);

        for (int i = 0; i < before.Length; i++)
        {
            var voxel = new Vector3(i % Size + 0.5f, i / Size % Size + 0.5f, i / Size / Size + 0.5f);
            var head = Frame.ToHead(volume.VoxelToPhoto(voxel));
            bool skin = head.Z > Skin - 0.001f && (MathF.Abs(head.X) > 0.02f || MathF.Abs(head.Y - Lips.Y) > 0.008f);
            bool far = MathF.Abs(head.X) > 0.036f || MathF.Abs(head.Y - Lips.Y) > 0.025f;
            Assert.True(before[i] == volume.Distance[i] || !(skin || far), $"{head} went from {before[i]} to {volume.Distance[i]}.");
        }
    }

    [Fact]
    public void Fill_NoPocket_FindsNoHollow()
    {
        var volume = Wall(pocket: false);
        float[] before = [.. volume.Distance];

        Assert.Empty(new MouthHollow(Frame, Landmarks).Fill(volume));
        Assert.Equal(before, volume.Distance);
    }

    [Fact]
    public void KeepOut_Hollow_TakesTheDetailsAboutItAway()
    {
        var details = new float[20 * 20 * 20];
        Array.Fill(details, 1);

        MouthHollow.KeepOut(details, 20, [new Vector3(10.5f, 10.5f, 10.5f)], voxelMetres: 0.002f);

        Assert.Equal(0, details[(10 * 20 + 10) * 20 + 10]);
        Assert.Equal(0, details[(10 * 20 + 10) * 20 + 12]);
        Assert.InRange(details[(10 * 20 + 10) * 20 + 14], 0.2f, 0.9f);
        Assert.Equal(1, details[(10 * 20 + 10) * 20 + 16]);
        Assert.Equal(1, details[0]);
    }

    private static HeadVolume Wall(bool pocket = true)
    {
        var middle = Frame.ToPhoto(Lips);
        var volume = new HeadVolume(Size, new float[Size * Size * Size], new HeadCrop(middle.X, middle.Y, CubeMetres * PixelsPerMetre, 0));
        for (int i = 0; i < volume.Distance.Length; i++)
        {
            var voxel = new Vector3(i % Size + 0.5f, i / Size % Size + 0.5f, i / Size / Size + 0.5f);
            volume.Distance[i] = Distance(Frame.ToHead(volume.VoxelToPhoto(voxel)), pocket) * Size / CubeMetres;
        }

        return volume;
    }

    private static float Distance(Vector3 head, bool pocket = true)
    {
        float wall = head.Z - Skin;
        if (!pocket)
            return wall;
        float slit = Box(head, new Vector3(0.015f, 0.0025f, 0.02f), Skin), behind = Box(head, new Vector3(0.015f, 0.007f, 0.007f), Skin - 0.013f);
        return MathF.Max(wall, -MathF.Min(slit, behind));
    }

    private static float Box(Vector3 head, Vector3 half, float z)
    {
        var outside = Vector3.Abs(head - Lips with { Z = z }) - half;
        return MathF.Max(outside.X, MathF.Max(outside.Y, outside.Z));
    }

    private static float At(HeadVolume volume, Vector3 head) => Trilinear.Read(volume.Distance, Size, volume.PhotoToVoxel(Frame.ToPhoto(head)));
}
