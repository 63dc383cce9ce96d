using System.IO.Compression;
using System.Numerics;
using System.Runtime.InteropServices;
using Selfie3D.Regression;

namespace Selfie3D.Service.Steps;

/// <summary>Output of the Regress step: <c>work/{id}/volume.bin</c>.</summary>
/// <param name="Estimate">In pixels of the decoded photo.</param>
/// <param name="Models">File names and versions of the models.</param>
/// <param name="RegressMs">Time the networks took.</param>
public sealed record HeadVolumeFound(HeadEstimate Estimate, IReadOnlyList<(string FileName, string Version)> Models, double RegressMs)
{
    private const uint Mark = 0x56443353; // "S3DV"
    private const int Version = 2;

    // Distances are truncated to a few voxels: 16 bits in steps of 1/2048 voxel (a fraction of a micrometre) reach to +-16.
    private const float Steps = 2048;

    private sealed record Facts(int Size, HeadCrop Crop, HeadPose Pose, Perspective Perspective, float Confidence, float Drift, (string, string)[] Models, double RegressMs);

    /// <summary>Facts as JSON, landmarks as floats, distances as 16-bit numbers under deflate.</summary>
    public BinaryData ToBlob()
    {
        using var blob = new WorkBlobWriter(Mark, Version);
        var volume = Estimate.Volume;
        blob.Json(new Facts(volume.Size, volume.Crop, Estimate.Pose, Estimate.Perspective, Estimate.Confidence, Estimate.Drift, [.. Models], RegressMs));
        blob.Array<Vector3>(Estimate.Landmarks68);
        var steps = new short[volume.Distance.Length];
        for (int i = 0; i < steps.Length; i++)
            steps[i] = (short)MathF.Round(Math.Clamp(volume.Distance[i] * Steps, short.MinValue, short.MaxValue));
        using (var deflate = new ZLibStream(blob.Stream, CompressionLevel.Fastest, leaveOpen: true))
            deflate.Write(MemoryMarshal.AsBytes(steps.AsSpan()));
        return blob.ToBlob();
    }

    /// <summary>Reads what <see cref="ToBlob"/> wrote.</summary>
    public static HeadVolumeFound FromBlob(byte[] bytes)
    {
        using var blob = new WorkBlobReader(bytes, Mark, Version);
        var facts = blob.Json<Facts>();
        var landmarks = blob.Array<Vector3>();
        var steps = new short[checked(facts.Size * facts.Size * facts.Size)];
        using (var inflate = new ZLibStream(blob.Stream, CompressionMode.Decompress, leaveOpen: true))
            inflate.ReadExactly(MemoryMarshal.AsBytes(steps.AsSpan()));
        var distance = new float[steps.Length];
        for (int i = 0; i < steps.Length; i++)
            distance[i] = steps[i] / Steps;
        var estimate = new HeadEstimate
        {
            Volume = new HeadVolume(facts.Size, distance, facts.Crop),
            Landmarks68 = landmarks,
            Pose = facts.Pose,
            Perspective = facts.Perspective,
            Confidence = facts.Confidence,
            Drift = facts.Drift,
        };
        return new HeadVolumeFound(estimate, facts.Models, facts.RegressMs);
    }
}
