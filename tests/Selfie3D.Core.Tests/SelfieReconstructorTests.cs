using System.Numerics;
using System.Text.Json;
using Selfie3D.Detection;
using Selfie3D.Imaging;
using SkiaSharp;

namespace Selfie3D.Tests;

/// <summary>The whole path with the stub models, whose head is a sphere around a red disc.</summary>
public sealed class SelfieReconstructorTests : IDisposable
{
    private readonly SelfieReconstructor _reconstructor = new(new ReconstructorOptions { ModelFolder = Fixtures.Path("") });

    [Fact]
    public void Reconstruct_Disc_GivesAClosedSphereWithItsColor()
    {
        var head = _reconstructor.Reconstruct(Fixtures.Disc(640, 480, 300, 220, 120));

        Assert.True(head.Report.Watertight);
        Assert.Equal(0, head.Report.DegenerateTriangles);
        var (low, high) = head.Head.Mesh.Bounds();
        Assert.Equal(high.X - low.X, high.Y - low.Y, 0.02f * (high.X - low.X));
        Assert.Equal(high.X - low.X, high.Z - low.Z, 0.02f * (high.X - low.X));
        int front = MostForward(head.Head.Mesh.Positions.ToArray());
        Assert.True(head.Head.VertexColors[3 * front] > 200);
        Assert.True(head.Head.VertexColors[3 * front + 1] < 60);
        Assert.Equal(300, head.Face.Center.X, 2f);
        Assert.Equal(3, head.Models.Count);
        Assert.True(head.Timings.Regress > 0);
    }

    [Fact]
    public void Reconstruct_LargeEncodedPhoto_ReportsItsOwnPixels()
    {
        byte[] photo = Jpeg(Fixtures.Disc(4000, 3000, 2600, 1400, 800));

        var head = _reconstructor.Reconstruct(photo);

        Assert.Equal((4000, 3000), (head.PhotoWidth, head.PhotoHeight));
        Assert.Equal(2600, head.Face.Center.X, 15f);
        Assert.Equal(1400, head.Face.Center.Y, 15f);
        Assert.Equal(800, head.Landmarks68.Max(p => p.X) - head.Landmarks68.Min(p => p.X), 60f);
        // The same head, whatever the photo's size: its shape is in metres.
        var small = _reconstructor.Reconstruct(Fixtures.Disc(1000, 750, 650, 350, 200));
        Assert.Equal(Height(small), Height(head), 0.02f * Height(small));
    }

    [Fact]
    public void Reconstruct_Twice_GivesTheSame()
    {
        var photo = Fixtures.Disc(640, 480, 300, 220, 120);
        SelfieReconstruction first = _reconstructor.Reconstruct(photo), second = _reconstructor.Reconstruct(photo);

        Assert.Equal(first.Head.Mesh.Positions, second.Head.Mesh.Positions);
        Assert.Equal(first.Head.Texture.Pixels, second.Head.Texture.Pixels);
    }

    [Fact]
    public void Reconstruct_ManyAtOnce_GivesTheSame()
    {
        var photo = Fixtures.Disc(640, 480, 300, 220, 120);
        var expected = _reconstructor.Reconstruct(photo).Head.Mesh.Positions.ToArray();

        Parallel.For(0, 4, _ => Assert.Equal(expected, _reconstructor.Reconstruct(photo).Head.Mesh.Positions));
    }

    [Fact]
    public void Reconstruct_NoFace_SaysSo() => Assert.Equal(ErrorCodes.NoFace,
        Assert.Throws<SelfieException>(() => _reconstructor.Reconstruct(Fixtures.Disc(300, 200, -500, 0, 10))).Code);

    [Fact]
    public void Reconstruct_TinyFace_SaysHowLarge() => Assert.Equal(ErrorCodes.FaceTooSmall,
        Assert.Throws<SelfieException>(() => _reconstructor.Reconstruct(Fixtures.Disc(300, 200, 100, 100, 20))).Code);

    [Fact]
    public void Reconstruct_GivenBoxWithoutAFace_TakesItAndWarns()
    {
        // Two pixels of red are no face for the detector's threshold of size, but enough for the stub's head.
        var head = _reconstructor.Reconstruct(Fixtures.Disc(640, 480, 300, 220, 120), new SelfieOptions { Face = new FaceBox(200, 120, 60, 60, 0, 0) });

        Assert.Equal(0, head.Face.Score);
        Assert.Contains(head.Quality.Warnings, w => w.Code == QualityCodes.FaceNotFound);
    }

    [Fact]
    public void Reconstruct_FaceAtTheBorder_StaysClosed()
    {
        var head = _reconstructor.Reconstruct(Fixtures.Disc(400, 400, 10, 200, 160));

        Assert.True(head.Report.Watertight);
    }

    [Fact]
    public void Reconstruct_Cancelled_Stops()
    {
        using var cancel = new CancellationTokenSource();
        cancel.Cancel();

        Assert.Throws<OperationCanceledException>(() => _reconstructor.Reconstruct(Fixtures.Disc(64, 64, 30, 30, 40), cancel: cancel.Token));
    }

    [Fact]
    public void ReconstructAll_OneFace_GivesOneHead() =>
        Assert.Single(_reconstructor.ReconstructAll(Jpeg(Fixtures.Disc(640, 480, 300, 220, 120))));

    [Fact]
    public void Document_OfAHead_HasTheSchemasNames()
    {
        using var json = JsonDocument.Parse(SelfieDocument.Of(_reconstructor.Reconstruct(Fixtures.Disc(640, 480, 300, 220, 120))).ToUtf8Json());

        Assert.Equal(["schemaVersion", "photo", "face", "pose", "landmarks68", "anchors", "measures", "headToPhoto", "mesh", "quality", "models", "timingsMs"],
            json.RootElement.EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public void Document_HeadToPhoto_LaysTheLandmarksOverThePhoto()
    {
        // A photo that is decoded smaller than it is: the matrix has to speak of its own pixels.
        var head = _reconstructor.Reconstruct(Jpeg(Fixtures.Disc(4000, 3000, 2600, 1400, 800)));
        float[] m = SelfieDocument.Of(head).HeadToPhoto;

        Assert.All(head.HeadLandmarks68.Zip(head.Landmarks68), pair =>
        {
            var (p, photo) = pair;
            float w = m[3] * p.X + m[7] * p.Y + m[11] * p.Z + m[15];
            Assert.Equal(photo.X, (m[0] * p.X + m[4] * p.Y + m[8] * p.Z + m[12]) / w, 0.5f);
            Assert.Equal(photo.Y, (m[1] * p.X + m[5] * p.Y + m[9] * p.Z + m[13]) / w, 0.5f);
            Assert.Equal(photo.Z, (m[2] * p.X + m[6] * p.Y + m[10] * p.Z + m[14]) / w, 0.5f);
        });
        Assert.InRange(head.HeadLandmarks68.Max(p => p.Length()), 0.05f, 0.3f);
    }

    [Theory]
    [InlineData(null, 63, true)]
    [InlineData(58.5f, 58.5, false)]
    public void Document_PupilDistance_SaysWhetherItWasAssumed(float? given, double expected, bool assumed)
    {
        var head = _reconstructor.Reconstruct(Fixtures.Disc(640, 480, 300, 220, 120), new SelfieOptions { PupilDistanceMm = given });

        var measures = SelfieDocument.Of(head).Measures;

        Assert.Equal((expected, assumed), (measures.PupilDistanceMm, measures.PupilDistanceAssumed));
        Assert.True(measures.HeadHeightMm > 0 && measures.HeadWidthMm > 0 && measures.FaceWidthMm > 0);
    }

    public void Dispose() => _reconstructor.Dispose();

    private static float Height(SelfieReconstruction head)
    {
        var (low, high) = head.Head.Mesh.Bounds();
        return high.Y - low.Y;
    }

    private static int MostForward(Vector3[] positions) => Enumerable.Range(0, positions.Length).MaxBy(i => positions[i].Z);

    private static byte[] Jpeg(RgbImage image)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        var pixels = bitmap.GetPixelSpan();
        for (int i = 0; i < image.Width * image.Height; i++)
        {
            image.Pixels.AsSpan(3 * i, 3).CopyTo(pixels[(4 * i)..]);
            pixels[4 * i + 3] = 255;
        }

        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 95);
        return data.ToArray();
    }
}
