using System.Text.Json;
using System.Text.Json.Serialization;
using Selfie3D.Export;
using Selfie3D.Measuring;

namespace Selfie3D;

/// <summary>The JSON that goes with every head (schema version 1): <c>name.json</c> of the command and <c>result.json</c> of the service.</summary>
public sealed record SelfieDocument
{
    /// <summary>Raised when a reader of the older version would misread the newer.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>The upright photo.</summary>
    public required PhotoSize Photo { get; init; }

    /// <summary>The face, photo pixels.</summary>
    public required FaceArea Face { get; init; }

    /// <summary>Degrees.</summary>
    public required PoseAngles Pose { get; init; }

    /// <summary>68 times x, y, z in the photo frame, AFLW definition.</summary>
    public required double[][] Landmarks68 { get; init; }

    /// <summary>Places on the skin, by name: x, y, z in the head frame, metres.</summary>
    public required IReadOnlyDictionary<string, double[]> Anchors { get; init; }

    /// <summary>Sizes, millimetres.</summary>
    public required SizeFacts Measures { get; init; }

    /// <summary>Column-major 4 x 4 matrix from the head frame (metres) to the photo frame (pixels, y down, larger z nearer).</summary>
    public required float[] HeadToPhoto { get; init; }

    /// <summary>The surface.</summary>
    public required MeshFacts Mesh { get; init; }

    /// <summary>How far the head is to be trusted, and why not.</summary>
    public required QualityFacts Quality { get; init; }

    /// <summary>Version (start of the file's SHA-256) by file name.</summary>
    public required IReadOnlyDictionary<string, string> Models { get; init; }

    /// <summary>What the stages took.</summary>
    public required StageMilliseconds TimingsMs { get; init; }

    /// <summary>Width and height, pixels.</summary>
    public sealed record PhotoSize(int Width, int Height);

    /// <summary>Box in photo pixels, and the detector's score, 0..1.</summary>
    public sealed record FaceArea(double X, double Y, double Width, double Height, double Score);

    /// <summary>Degrees; yaw above 0 = face turned to the left edge of the image.</summary>
    public sealed record PoseAngles(double Yaw, double Pitch, double Roll);

    /// <summary>Counts, whether the surface is closed and in one piece, and its height in millimetres.</summary>
    public sealed record MeshFacts(int Vertices, int Triangles, bool Watertight, double HeightMm);

    /// <summary>See <see cref="HeadMeasures"/>.</summary>
    public sealed record SizeFacts(double PupilDistanceMm, bool PupilDistanceAssumed, double HeadHeightMm, double HeadWidthMm, double FaceWidthMm);

    /// <summary>Score 0..1, larger is better, and warnings with code and message.</summary>
    public sealed record QualityFacts(double Score, IReadOnlyList<QualityWarning> Warnings);

    /// <summary>Milliseconds.</summary>
    public sealed record StageMilliseconds(double Decode, double Detect, double Regress, double Mesh, double Texture, double Export, double Total);

    /// <summary>Makes the document of one head.</summary>
    public static SelfieDocument Of(SelfieReconstruction head)
    {
        ArgumentNullException.ThrowIfNull(head);
        var mesh = head.Head.Mesh;
        var (low, high) = mesh.Bounds();
        var (size, time) = (head.Measures, head.Timings);
        return new SelfieDocument
        {
            Photo = new(head.PhotoWidth, head.PhotoHeight),
            Face = new(Round(head.Face.X), Round(head.Face.Y), Round(head.Face.Width), Round(head.Face.Height), Round(head.Face.Score, 3)),
            Pose = new(Round(head.Pose.YawDegrees), Round(head.Pose.PitchDegrees), Round(head.Pose.RollDegrees)),
            Landmarks68 = [.. head.Landmarks68.Select(p => new[] { Round(p.X), Round(p.Y), Round(p.Z) })],
            Anchors = head.Anchors.Named().ToDictionary(a => a.Name, a => new[] { Round(a.Position.X, 6), Round(a.Position.Y, 6), Round(a.Position.Z, 6) }),
            Measures = new(Round(size.PupilDistanceMm), size.PupilDistanceAssumed, Round(size.HeadHeightMm, 1), Round(size.HeadWidthMm, 1), Round(size.FaceWidthMm, 1)),
            HeadToPhoto = [.. head.HeadToPhoto.ColumnMajor()],
            Mesh = new(mesh.VertexCount, mesh.TriangleCount, head.Report.Watertight, Round(1000 * (high.Y - low.Y), 1)),
            Quality = new(Round(head.Quality.Score, 3), head.Quality.Warnings),
            Models = head.Models.ToDictionary(model => model.FileName, model => model.Version),
            TimingsMs = new(Round(time.Decode, 1), Round(time.Detect, 1), Round(time.Regress, 1), Round(time.Mesh, 1),
                Round(time.Texture, 1), Round(time.Export, 1), Round(time.Total, 1)),
        };
    }

    /// <summary>The document as indented UTF-8 JSON.</summary>
    public byte[] ToUtf8Json() => [.. JsonSerializer.SerializeToUtf8Bytes(this, SelfieJson.Indented.SelfieDocument), (byte)'\n'];

    private static double Round(double value, int digits = 2) => Math.Round(value, digits);
}

/// <summary>Serialisation of <see cref="SelfieDocument"/>, camelCase.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SelfieDocument))]
public sealed partial class SelfieJson : JsonSerializerContext
{
    /// <summary>The same, one property per line.</summary>
    public static SelfieJson Indented { get; } = new(new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true });
}
