using System.Numerics;
using Selfie3D.Regression;

namespace Selfie3D.Tests.Regression;

public sealed class PerspectiveTests
{
    private static readonly Perspective Camera = new(64, 70, 0.006f, 4);

    [Theory]
    [InlineData(20, 90, 40)]
    [InlineData(100, 10, -45)]
    [InlineData(64, 70, 4)]
    public void Flatten_OfWhatApplyDrew_IsTheSamePlace(float x, float y, float z)
    {
        var flat = new Vector3(x, y, z);

        Assert.True(Vector3.Distance(flat, Camera.Flatten(Camera.Apply(flat))) < 1e-3f);
        Assert.Equal(z, Camera.Apply(flat).Z, 1e-4f);
    }

    [Fact]
    public void Apply_NearerPlace_IsFartherFromTheCentre()
    {
        Vector3 near = Camera.Apply(new Vector3(84, 70, 44)), far = Camera.Apply(new Vector3(84, 70, -36));

        Assert.Equal(64 + 20 / 0.76f, near.X, 1e-3f);
        Assert.Equal(64 + 20 / 1.24f, far.X, 1e-3f);
    }

    [Fact]
    public void Flatten_ByDefault_ChangesNothing()
    {
        var place = new Vector3(20, 90, 40);

        Assert.Equal(place, default(Perspective).Flatten(place));
        Assert.Equal(place, default(Perspective).Apply(place));
        Assert.Equal(Matrix4x4.Identity, default(Perspective).Matrix);
    }

    [Fact]
    public void FlattenNormal_OfASurface_StaysUprightOnIt()
    {
        Vector3 place = new(30, 95, 25), along = new(1, 0.5f, 0.7f), across = new(-0.3f, 1, 0.2f);
        var normal = Vector3.Normalize(Vector3.Cross(along, across));
        const float Step = 1e-2f;
        Vector3 Moved(Vector3 direction) => Vector3.Normalize(Camera.Flatten(place + Step * direction) - Camera.Flatten(place - Step * direction));

        var flat = Vector3.Normalize(Camera.FlattenNormal(place, normal));

        Assert.Equal(0, Vector3.Dot(flat, Moved(along)), 1e-3f);
        Assert.Equal(0, Vector3.Dot(flat, Moved(across)), 1e-3f);
        Assert.True(Vector3.Dot(flat, normal) > 0.9f);
    }

    [Fact]
    public void ToPhoto_OfATurnedCrop_DrawsWhatTheCropDraws()
    {
        var crop = new HeadCrop(500, 400, 256, 30);
        var photo = Camera.ToPhoto(crop, 128);
        Vector3 ToPhoto(Vector3 inCrop) => new(crop.CropToPhoto(new Vector2(inCrop.X, inCrop.Y) / 128), inCrop.Z * 2);
        var place = new Vector3(20, 90, 40);

        Assert.True(Vector3.Distance(ToPhoto(Camera.Apply(place)), photo.Apply(ToPhoto(place))) < 0.01f);
    }
}
