using System.Buffers.Binary;
using System.Numerics;

namespace Selfie3D.Export;

/// <summary>Vectors as bytes.</summary>
internal static class Vectors
{
    /// <summary>Three little-endian floats, 12 bytes.</summary>
    public static void Write(Span<byte> target, Vector3 vector)
    {
        BinaryPrimitives.WriteSingleLittleEndian(target, vector.X);
        BinaryPrimitives.WriteSingleLittleEndian(target[4..], vector.Y);
        BinaryPrimitives.WriteSingleLittleEndian(target[8..], vector.Z);
    }
}
