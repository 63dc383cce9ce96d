using System.Buffers.Binary;
using System.Numerics;

namespace Selfie3D.Export;

/// <summary>Vectors and matrices as files hold them.</summary>
internal static class Vectors
{
    /// <summary>A matrix for row vectors as the 16 numbers, column after column, of the one for column vectors.</summary>
    public static float[] ColumnMajor(this Matrix4x4 m) =>
        [m.M11, m.M12, m.M13, m.M14, m.M21, m.M22, m.M23, m.M24, m.M31, m.M32, m.M33, m.M34, m.M41, m.M42, m.M43, m.M44];

    /// <summary>Three little-endian floats, 12 bytes.</summary>
    public static void Write(Span<byte> target, Vector3 vector)
    {
        BinaryPrimitives.WriteSingleLittleEndian(target, vector.X);
        BinaryPrimitives.WriteSingleLittleEndian(target[4..], vector.Y);
        BinaryPrimitives.WriteSingleLittleEndian(target[8..], vector.Z);
    }
}
