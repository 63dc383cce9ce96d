using System.Numerics;
using Selfie3D.Export;
using Selfie3D.Imaging;
using Selfie3D.Measuring;
using Selfie3D.Regression;
using Selfie3D.Tests.Texturing;
using Selfie3D.Texturing;

namespace Selfie3D.Tests.Export;

/// <summary>A head to export, and a folder for its files.</summary>
public abstract class ExportedHead : IDisposable
{
    private protected static readonly SyntheticHead Scene = new(20);
    private protected static readonly TexturedMesh Head =
        Texturer.Apply(Scene.PhotoMesh(), Scene.Photo, Scene.Frame, new TextureOptions { Size = 512 });

    private readonly string _folder = Directory.CreateTempSubdirectory("selfie3d-export-").FullName;

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected static GlbOptions Extras() => new()
    {
        Landmarks68 = [.. Enumerable.Range(0, 68).Select(k => new Vector3(k * 0.001f, 0.0123456f, -1e-7f))],
        Pose = new HeadPose(12.5f, -3, 0.25f),
        Anchors = HeadAnchors.Find(Head.Mesh, new Vector3[68]),
        Measures = new HeadMeasures(63.5f, true, 220, 150, 140),
        HeadToPhoto = Scene.Frame.HeadToPhoto,
        PhotoSize = (Scene.Photo.Width, Scene.Photo.Height),
        Thumbnail = ImageEncoder.Jpeg(PreviewRenderer.Render(Head, new PreviewOptions { ViewSize = 64, YawDegrees = [0] }), 80),
    };

    protected static string AssertTriangles(string path)
    {
        var info = OutsideTools.AssimpInfo(path);
        Assert.Equal(Head.Mesh.TriangleCount, OutsideTools.Number(info, "Faces:"));
        return info;
    }

    protected static byte[] Bytes(Action<Stream> write)
    {
        using var stream = new MemoryStream();
        write(stream);
        return stream.ToArray();
    }

    protected string Save(string name, Action<Stream> write)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, Bytes(write));
        return path;
    }
}
