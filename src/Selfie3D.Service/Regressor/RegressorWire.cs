using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Selfie3D.Regression;

namespace Selfie3D.Service.Regressor;

/// <summary>
/// Bytes between the service and the regressor container, described in <c>docs/regressor.md</c>: a mark and a version, then fixed
/// arrays, little-endian. Another version is refused, never guessed at.
/// </summary>
public static class RegressorWire
{
    /// <summary>Path of the call to the landmark network.</summary>
    public const string LandmarksPath = "/v1/landmarks";

    /// <summary>Path of the call to the volume network.</summary>
    public const string VolumePath = "/v1/volume";

    /// <summary>Header of both directions: file names and versions of the models, as <see cref="ModelsText"/> writes them.</summary>
    public const string ModelsHeader = "Selfie3D-Models";

    /// <summary>Media type of all bodies.</summary>
    public const string MediaType = "application/vnd.selfie3d.v1";

    /// <summary>Length of a request for landmarks.</summary>
    public const int LandmarksRequestLength = HeaderLength + HeadNetworks.CropLength;

    /// <summary>Length of a request for a volume.</summary>
    public const int VolumeRequestLength = HeaderLength + HeadNetworks.CropLength + HeadNetworks.VolumeLength;

    /// <summary>Length of an answer with a volume.</summary>
    public const int VolumeAnswerLength = HeaderLength + 2 * HeadNetworks.VolumeLength;

    private const int HeaderLength = 8;
    private const byte Version = 1;

    // The networks were trained on crops of 256 levels and on priors of 127 steps to each side, so nothing is lost.
    private const float PriorStep = (float)HeadNetworks.Truncation / 127;

    // As between the service's steps: a fraction of a micrometre, reaching to +-16 voxels.
    private const float DistanceSteps = 2048;

    /// <summary>Models in one line.</summary>
    public static string ModelsText(IEnumerable<(string FileName, string Version)> models) =>
        string.Join(", ", models.Select(model => $"{model.FileName}={model.Version}"));

    /// <summary>A request for landmarks.</summary>
    /// <param name="crop"><see cref="HeadNetworks.CropLength"/> values, 0..1.</param>
    /// <param name="withPrior">Whether the head prior is wanted too.</param>
    public static byte[] WriteLandmarksRequest(ReadOnlySpan<float> crop, bool withPrior)
    {
        byte[] bytes = Begin("S3DC"u8, LandmarksRequestLength, withPrior ? (byte)1 : (byte)0, HeadNetworks.CropSize);
        WriteCrop(crop, bytes.AsSpan(HeaderLength));
        return bytes;
    }

    /// <summary>Checks a request for landmarks.</summary>
    /// <returns>Whether the head prior is wanted too.</returns>
    /// <exception cref="InvalidDataException">The bytes are no such request.</exception>
    public static bool CheckLandmarksRequest(ReadOnlySpan<byte> bytes) =>
        (Check(bytes, "S3DC"u8, LandmarksRequestLength, HeadNetworks.CropSize) & 1) != 0;

    /// <summary>Checks a request for a volume.</summary>
    /// <exception cref="InvalidDataException">The bytes are no such request.</exception>
    public static void CheckVolumeRequest(ReadOnlySpan<byte> bytes) => Check(bytes, "S3DP"u8, VolumeRequestLength, HeadNetworks.VolumeSize);

    /// <summary>Reads a request for landmarks into a crop.</summary>
    /// <returns>Whether the head prior is wanted too.</returns>
    /// <exception cref="InvalidDataException">The bytes are no such request.</exception>
    public static bool ReadLandmarksRequest(ReadOnlySpan<byte> bytes, Span<float> crop)
    {
        bool withPrior = CheckLandmarksRequest(bytes);
        ReadCrop(bytes[HeaderLength..], crop);
        return withPrior;
    }

    /// <summary>An answer with landmarks.</summary>
    public static byte[] WriteLandmarks(LandmarkAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        int values = 1 + HeadNetworks.LandmarksLength + answer.Prior.Length;
        byte[] bytes = Begin("S3DL"u8, HeaderLength + 4 * values, 0, 68);
        var floats = MemoryMarshal.Cast<byte, float>(bytes.AsSpan(HeaderLength));
        floats[0] = answer.Confidence;
        answer.Landmarks.CopyTo(floats[1..]);
        answer.Prior.CopyTo(floats[(1 + HeadNetworks.LandmarksLength)..]);
        return bytes;
    }

    /// <summary>Reads an answer with landmarks.</summary>
    /// <param name="bytes">The answer.</param>
    /// <param name="priorLength">Values of the prior that have to be there: 0, or three for each vertex.</param>
    /// <exception cref="InvalidDataException">The bytes are no such answer.</exception>
    public static LandmarkAnswer ReadLandmarks(ReadOnlySpan<byte> bytes, int priorLength)
    {
        const int L = HeadNetworks.LandmarksLength;
        Check(bytes, "S3DL"u8, HeaderLength + 4 * (1 + L + priorLength), 68);
        var floats = MemoryMarshal.Cast<byte, float>(bytes[HeaderLength..]);
        return new LandmarkAnswer(floats.Slice(1, L).ToArray(), floats[0], floats[(1 + L)..].ToArray());
    }

    /// <summary>A request for a volume.</summary>
    /// <param name="crop"><see cref="HeadNetworks.CropLength"/> values, 0..1.</param>
    /// <param name="prior"><see cref="HeadNetworks.VolumeLength"/> truncated distances, voxels.</param>
    public static byte[] WriteVolumeRequest(ReadOnlySpan<float> crop, ReadOnlySpan<float> prior)
    {
        byte[] bytes = Begin("S3DP"u8, VolumeRequestLength, 0, HeadNetworks.VolumeSize);
        WriteCrop(crop, bytes.AsSpan(HeaderLength));
        var steps = MemoryMarshal.Cast<byte, sbyte>(bytes.AsSpan(HeaderLength + HeadNetworks.CropLength));
        for (int i = 0; i < steps.Length; i++)
            steps[i] = (sbyte)MathF.Round(Math.Clamp(prior[i] / PriorStep, -127, 127));
        return bytes;
    }

    /// <summary>Reads a request for a volume into crop and prior.</summary>
    /// <exception cref="InvalidDataException">The bytes are no such request.</exception>
    public static void ReadVolumeRequest(ReadOnlySpan<byte> bytes, Span<float> crop, Span<float> prior)
    {
        CheckVolumeRequest(bytes);
        ReadCrop(bytes[HeaderLength..], crop);
        var steps = MemoryMarshal.Cast<byte, sbyte>(bytes[(HeaderLength + HeadNetworks.CropLength)..]);
        for (int i = 0; i < steps.Length; i++)
            prior[i] = steps[i] * PriorStep;
    }

    /// <summary>An answer with a volume.</summary>
    /// <param name="distance"><see cref="HeadNetworks.VolumeLength"/> distances, voxels.</param>
    public static byte[] WriteVolume(ReadOnlySpan<float> distance)
    {
        byte[] bytes = Begin("S3DD"u8, VolumeAnswerLength, 0, HeadNetworks.VolumeSize);
        var steps = MemoryMarshal.Cast<byte, short>(bytes.AsSpan(HeaderLength));
        for (int i = 0; i < steps.Length; i++)
            steps[i] = (short)MathF.Round(Math.Clamp(distance[i] * DistanceSteps, short.MinValue, short.MaxValue));
        return bytes;
    }

    /// <summary>Reads an answer with a volume.</summary>
    /// <exception cref="InvalidDataException">The bytes are no such answer.</exception>
    public static float[] ReadVolume(ReadOnlySpan<byte> bytes)
    {
        Check(bytes, "S3DD"u8, VolumeAnswerLength, HeadNetworks.VolumeSize);
        var steps = MemoryMarshal.Cast<byte, short>(bytes[HeaderLength..]);
        var distance = new float[steps.Length];
        for (int i = 0; i < steps.Length; i++)
            distance[i] = steps[i] / DistanceSteps;
        return distance;
    }

    private static void WriteCrop(ReadOnlySpan<float> crop, Span<byte> bytes)
    {
        for (int i = 0; i < HeadNetworks.CropLength; i++)
            bytes[i] = (byte)(Math.Clamp(crop[i], 0, 1) * 255 + 0.5f);
    }

    private static void ReadCrop(ReadOnlySpan<byte> bytes, Span<float> crop)
    {
        for (int i = 0; i < HeadNetworks.CropLength; i++)
            crop[i] = bytes[i] * (1f / 255);
    }

    // Mark, version, flags, size of the grid: eight bytes.
    private static byte[] Begin(ReadOnlySpan<byte> mark, int length, byte flags, int size)
    {
        var bytes = new byte[length];
        mark.CopyTo(bytes);
        bytes[4] = Version;
        bytes[5] = flags;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(6), (ushort)size);
        return bytes;
    }

    private static byte Check(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> mark, int length, int size)
    {
        if (bytes.Length < HeaderLength || !bytes.StartsWith(mark))
            throw new InvalidDataException($"The body does not begin with {System.Text.Encoding.ASCII.GetString(mark)}.");
        if (bytes[4] != Version)
            throw new InvalidDataException($"The body has version {bytes[4]} of the format; this is version {Version}.");
        if (bytes.Length != length || BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]) != size)
            throw new InvalidDataException($"The body has {bytes.Length} bytes where {length} are expected.");
        return bytes[5];
    }
}
