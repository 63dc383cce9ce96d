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

    /// <summary>Length of an answer with landmarks and so many values of the prior.</summary>
    public static int LandmarksAnswerLength(int priorLength) => HeaderLength + 4 * (FactsLength + HeadNetworks.LandmarksLength + priorLength);

    /// <summary>Length of an answer with a volume.</summary>
    public const int VolumeAnswerLength = HeaderLength + 2 * HeadNetworks.VolumeLength;

    private const int HeaderLength = 8;
    private const byte Version = 2;
    private const int FactsLength = 4; // confidence, and the camera's centre and strength

    // The networks were trained on crops of 256 levels and on priors of 127 steps to each side, so nothing is lost.
    private const float PriorSteps = 127f / HeadNetworks.Truncation;

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
        var bytes = new byte[LandmarksRequestLength];
        Begin(bytes, "S3DC"u8, withPrior ? (byte)1 : (byte)0, HeadNetworks.CropSize);
        WireNumbers.ToBytes(crop[..HeadNetworks.CropLength], bytes.AsSpan(HeaderLength));
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
        WireNumbers.FromBytes(bytes.Slice(HeaderLength, HeadNetworks.CropLength), crop);
        return withPrior;
    }

    /// <summary>An answer with landmarks.</summary>
    /// <param name="answer">What the network said.</param>
    /// <param name="withPrior">Whether the caller wants the head prior too.</param>
    /// <param name="bytes">Room for <see cref="LandmarksAnswerLength"/>.</param>
    public static void WriteLandmarks(LandmarkAnswer answer, bool withPrior, Span<byte> bytes)
    {
        ArgumentNullException.ThrowIfNull(answer);
        Begin(bytes, "S3DL"u8, 0, 68);
        var floats = MemoryMarshal.Cast<byte, float>(bytes[HeaderLength..]);
        (floats[0], floats[1], floats[2], floats[3]) = (answer.Confidence, answer.Camera.CenterX, answer.Camera.CenterY, answer.Camera.Strength);
        answer.Landmarks.CopyTo(floats[FactsLength..]);
        if (withPrior)
            answer.Prior.CopyTo(floats[(FactsLength + HeadNetworks.LandmarksLength)..]);
    }

    /// <summary>Reads an answer with landmarks.</summary>
    /// <param name="bytes">The answer.</param>
    /// <param name="priorLength">Values of the prior that have to be there: 0, or three for each vertex.</param>
    /// <exception cref="InvalidDataException">The bytes are no such answer.</exception>
    public static LandmarkAnswer ReadLandmarks(ReadOnlySpan<byte> bytes, int priorLength)
    {
        const int L = HeadNetworks.LandmarksLength;
        Check(bytes, "S3DL"u8, LandmarksAnswerLength(priorLength), 68);
        var floats = MemoryMarshal.Cast<byte, float>(bytes[HeaderLength..]);
        return new LandmarkAnswer(floats.Slice(FactsLength, L).ToArray(), floats[0], floats[(FactsLength + L)..].ToArray())
        {
            Camera = new Perspective(floats[1], floats[2], floats[3], 0),
        };
    }

    /// <summary>A request for a volume.</summary>
    /// <param name="crop"><see cref="HeadNetworks.CropLength"/> values, 0..1.</param>
    /// <param name="prior"><see cref="HeadNetworks.VolumeLength"/> truncated distances, voxels.</param>
    public static byte[] WriteVolumeRequest(ReadOnlySpan<float> crop, ReadOnlySpan<float> prior)
    {
        var bytes = new byte[VolumeRequestLength];
        Begin(bytes, "S3DP"u8, 0, HeadNetworks.VolumeSize);
        WireNumbers.ToBytes(crop[..HeadNetworks.CropLength], bytes.AsSpan(HeaderLength));
        WireNumbers.ToSteps(prior[..HeadNetworks.VolumeLength], MemoryMarshal.Cast<byte, sbyte>(bytes.AsSpan(HeaderLength + HeadNetworks.CropLength)), PriorSteps);
        return bytes;
    }

    /// <summary>Reads a request for a volume into crop and prior.</summary>
    /// <exception cref="InvalidDataException">The bytes are no such request.</exception>
    public static void ReadVolumeRequest(ReadOnlySpan<byte> bytes, Span<float> crop, Span<float> prior)
    {
        CheckVolumeRequest(bytes);
        WireNumbers.FromBytes(bytes.Slice(HeaderLength, HeadNetworks.CropLength), crop);
        WireNumbers.FromSteps(MemoryMarshal.Cast<byte, sbyte>(bytes[(HeaderLength + HeadNetworks.CropLength)..]), prior, 1 / PriorSteps);
    }

    /// <summary>An answer with a volume.</summary>
    /// <param name="distance"><see cref="HeadNetworks.VolumeLength"/> distances, voxels.</param>
    /// <param name="bytes">Room for <see cref="VolumeAnswerLength"/>.</param>
    public static void WriteVolume(ReadOnlySpan<float> distance, Span<byte> bytes)
    {
        Begin(bytes, "S3DD"u8, 0, HeadNetworks.VolumeSize);
        WireNumbers.ToSteps(distance[..HeadNetworks.VolumeLength], MemoryMarshal.Cast<byte, short>(bytes[HeaderLength..]), DistanceSteps);
    }

    /// <summary>Reads an answer with a volume.</summary>
    /// <exception cref="InvalidDataException">The bytes are no such answer.</exception>
    public static float[] ReadVolume(ReadOnlySpan<byte> bytes)
    {
        Check(bytes, "S3DD"u8, VolumeAnswerLength, HeadNetworks.VolumeSize);
        var steps = MemoryMarshal.Cast<byte, short>(bytes[HeaderLength..]);
        var distance = new float[steps.Length];
        WireNumbers.FromSteps(steps, distance, 1 / DistanceSteps);
        return distance;
    }

    // Mark, version, flags, size of the grid: eight bytes.
    private static void Begin(Span<byte> bytes, ReadOnlySpan<byte> mark, byte flags, int size)
    {
        mark.CopyTo(bytes);
        bytes[4] = Version;
        bytes[5] = flags;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[6..], (ushort)size);
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
