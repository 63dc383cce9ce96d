using System.Text.Json;
using Selfie3D.Detection;
using Selfie3D.Service.Jobs;

namespace Selfie3D.Service.Steps;

/// <summary>Output of the Detect step: <c>work/{id}/face.json</c>.</summary>
/// <param name="Face">Pixels of the upright photo in its full size.</param>
/// <param name="PhotoWidth">Width of the upright photo.</param>
/// <param name="PhotoHeight">Height of the upright photo.</param>
/// <param name="Model">File name and version of the detector.</param>
/// <param name="DecodeMs">Time the decoding took.</param>
/// <param name="DetectMs">Time the detection took.</param>
public sealed record FaceFound(
    FaceBox Face, int PhotoWidth, int PhotoHeight, (string FileName, string Version) Model, double DecodeMs, double DetectMs)
{
    /// <summary>As JSON.</summary>
    public BinaryData ToBlob() => BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(this, ServiceJson.Options));

    /// <summary>From JSON.</summary>
    public static FaceFound FromBlob(byte[] blob) =>
        JsonSerializer.Deserialize<FaceFound>(blob, ServiceJson.Options) ?? throw new InvalidDataException("The face is empty.");
}
