using System.Numerics;
using Selfie3D.Regression;

namespace Selfie3D.Tests.Regression;

/// <summary>A bottle for a head: a dome above, a slanted flat bottom below.</summary>
public sealed class NeckCapTests
{
    private const int Columns = 24, InnerRings = 4, WallRings = 8;
    private const float PixelsPerMetre = 1600;
    private static readonly HeadFrame Frame = HeadFrame.FromLandmarks([.. MeanFace.Points.Select(p => PixelsPerMetre * p * new Vector3(1, -1, 1))]);

    [Fact]
    public void Find_SlantedBottom_IsTheFlatPartUpToItsRim()
    {
        var (points, triangles) = Bottle(slant: 0.4f);

        var cap = NeckCap.Find(points, triangles);

        Assert.NotNull(cap);
        Assert.Equal(Columns, cap.Rim.Length);
        foreach (int vertex in cap.Rim)
            Assert.Equal(0.06f, new Vector2(points[vertex].X, points[vertex].Z).Length(), 1e-4f);
        var (middle, normal) = cap.Plane(points, new Vector3(0, 0.1f, 0));
        Assert.Equal(-0.1f, middle.Y, 1e-4f);
        Assert.Equal(1, Vector3.Dot(Vector3.Normalize(new Vector3(0, -1, 0.4f)), normal), 1e-3f);
    }

    [Fact]
    public void Find_Ball_HasNone()
    {
        var (points, triangles) = Bottle(slant: 0, round: true);

        Assert.Null(NeckCap.Find(points, triangles));
    }

    [Theory]
    [InlineData(-0.02f, -0.1f - 0.024f)]  // a chin above the neck's end: the lowest point of the rim
    [InlineData(-0.13f, -0.13f - 0.008f)] // a chin below it: lower than the chin
    public void Stand_SlantedBottom_BecomesLevel(float chinY, float expected)
    {
        var (head, triangles) = Bottle(slant: -0.4f);
        var cap = NeckCap.Find(head, triangles)!;
        Vector3[] photo = [.. head.Select(Frame.ToPhoto)];
        var origin = Frame.ToPhoto(Vector3.Zero);

        cap.Stand(photo, Frame, Frame.ToPhoto(new Vector3(0, chinY, 0.05f)), new HeadCrop(origin.X, origin.Y, 0.5f * PixelsPerMetre, 0));

        foreach (int vertex in cap.Rim)
        {
            var moved = Frame.ToHead(photo[vertex]);
            Assert.Equal(expected, moved.Y, 2e-4f);
            Assert.True(Vector2.Distance(new(moved.X, moved.Z), new(head[vertex].X, head[vertex].Z)) < 1e-4f);
        }
    }

    [Theory]
    [InlineData(0.28f, true)]  // room for part of the way
    [InlineData(0.25f, false)] // not even for the cut itself
    public void Stand_VolumeTooSmall_GoesAsFarAsItCanAndNeverUp(float cropMetres, bool moves)
    {
        var (head, triangles) = Bottle(slant: -0.4f);
        var cap = NeckCap.Find(head, triangles)!;
        Vector3[] photo = [.. head.Select(Frame.ToPhoto)];
        var origin = Frame.ToPhoto(Vector3.Zero);
        var crop = new HeadCrop(origin.X, origin.Y, cropMetres * PixelsPerMetre, 0);

        cap.Stand(photo, Frame, Frame.ToPhoto(new Vector3(0, -0.2f, 0.05f)), crop);

        foreach (int vertex in cap.Rim)
        {
            Assert.True(Frame.ToHead(photo[vertex]).Y < head[vertex].Y + 1e-5f);
            if (moves)
                Assert.InRange(crop.PhotoToCrop(photo[vertex]).Y, 0, 1 - 2 / 64f);
            else
                Assert.True(Vector3.Distance(Frame.ToHead(photo[vertex]), head[vertex]) < 1e-5f);
        }
    }

    // Bottom centre, inner rings and rim on y = -0.1 + slant * z, wall, dome, top pole; counter-clockwise does not matter here.
    private static (Vector3[] Points, int[] Triangles) Bottle(float slant, bool round = false)
    {
        const float Radius = 0.06f, Top = 0.1f;
        var points = new List<Vector3> { new(0, round ? -0.16f : -0.1f, 0) };
        int rings = InnerRings + WallRings + 1;
        for (int ring = 1; ring <= rings; ring++)
        {
            for (int k = 0; k < Columns; k++)
            {
                var (sin, cos) = MathF.SinCos(2 * MathF.PI * k / Columns);
                float up = (float)(ring - InnerRings - 1) / WallRings;
                float radius = ring <= InnerRings ? Radius * ring / (InnerRings + 1) : Radius;
                if (round)
                    (radius, up) = (Radius * MathF.Sin(MathF.PI * ring / (rings + 1)), (1 - MathF.Cos(MathF.PI * ring / (rings + 1))) / 2);
                float bottom = -0.1f + slant * radius * sin;
                points.Add(new Vector3(radius * cos, ring <= InnerRings && !round ? bottom : float.Lerp(bottom, Top, up), radius * sin));
            }
        }

        points.Add(new(0, Top + 0.06f, 0));
        var triangles = new List<int>();
        for (int k = 0; k < Columns; k++)
        {
            int next = (k + 1) % Columns;
            triangles.AddRange([0, 1 + k, 1 + next, points.Count - 1, At(rings, next), At(rings, k)]);
            for (int ring = 1; ring < rings; ring++)
                triangles.AddRange([At(ring, k), At(ring + 1, k), At(ring, next), At(ring, next), At(ring + 1, k), At(ring + 1, next)]);
        }

        return ([.. points], [.. triangles]);

        static int At(int ring, int k) => 1 + (ring - 1) * Columns + k;
    }
}
