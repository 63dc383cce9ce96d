using System.Numerics;
using Selfie3D.Detection;
using Selfie3D.Imaging;
using Selfie3D.Measuring;
using Selfie3D.Meshing;
using Selfie3D.Regression;
using Selfie3D.Texturing;

namespace Selfie3D.Service.Steps;

/// <summary>Output of the Mesh step: <c>work/{id}/head.bin</c>, a whole <see cref="SelfieReconstruction"/>.</summary>
/// <param name="Head">All but the time of the export.</param>
public sealed record HeadMade(SelfieReconstruction Head)
{
    private const uint Mark = 0x48443353; // "S3DH"
    private const int Version = 2;

    private sealed record Facts(
        int PhotoWidth, int PhotoHeight, FaceBox Face, HeadPose Pose, HeadAnchors Anchors, HeadMeasures Measures, MeshReport Report, SelfieQuality Quality,
        (string, string)[] Models, StageTimings Timings, int TextureWidth, int TextureHeight);

    /// <summary>Facts as JSON, arrays as they lie in memory.</summary>
    public BinaryData ToBlob()
    {
        using var blob = new WorkBlobWriter(Mark, Version);
        var head = Head.Head;
        blob.Json(new Facts(Head.PhotoWidth, Head.PhotoHeight, Head.Face, Head.Pose, Head.Anchors, Head.Measures, Head.Report, Head.Quality,
            [.. Head.Models], Head.Timings, head.Texture.Width, head.Texture.Height));
        blob.Array<Vector3>([.. Head.Landmarks68]);
        blob.Array<Vector3>([.. Head.HeadLandmarks68]);
        blob.Array<Matrix4x4>([Head.HeadToPhoto]);
        blob.Array<Vector3>(head.Mesh.Positions);
        blob.Array<Vector3>(head.Mesh.Normals);
        blob.Array<int>(head.Mesh.Triangles);
        blob.Array<byte>(head.VertexColors);
        blob.Array<int>(head.CutVertices);
        blob.Array<Vector2>(head.TexCoords);
        blob.Array<int>(head.CutTriangles);
        blob.Array<byte>(head.Texture.Pixels);
        return blob.ToBlob();
    }

    /// <summary>Reads what <see cref="ToBlob"/> wrote.</summary>
    public static HeadMade FromBlob(byte[] bytes)
    {
        using var blob = new WorkBlobReader(bytes, Mark, Version);
        var facts = blob.Json<Facts>();
        var landmarks = blob.Array<Vector3>();
        var headLandmarks = blob.Array<Vector3>();
        var headToPhoto = blob.Array<Matrix4x4>()[0];
        var head = new TexturedMesh
        {
            Mesh = new Mesh(blob.Array<Vector3>(), blob.Array<Vector3>(), blob.Array<int>()),
            VertexColors = blob.Array<byte>(),
            CutVertices = blob.Array<int>(),
            TexCoords = blob.Array<Vector2>(),
            CutTriangles = blob.Array<int>(),
            Texture = new RgbImage(facts.TextureWidth, facts.TextureHeight, blob.Array<byte>()),
        };
        return new HeadMade(new SelfieReconstruction
        {
            PhotoWidth = facts.PhotoWidth,
            PhotoHeight = facts.PhotoHeight,
            Face = facts.Face,
            Pose = facts.Pose,
            Landmarks68 = landmarks,
            HeadLandmarks68 = headLandmarks,
            HeadToPhoto = headToPhoto,
            Anchors = facts.Anchors,
            Measures = facts.Measures,
            Head = head,
            Report = facts.Report,
            Quality = facts.Quality,
            Models = facts.Models,
            Timings = facts.Timings,
        });
    }
}
