using System.Buffers.Binary;
using System.Text;
using Selfie3D.Texturing;

namespace Selfie3D.Export;

/// <summary>
/// Writes USDZ, what telephones and tablets of Apple show without an app: a text layer (usda) and the texture, stored in a zip
/// archive. Metres, y up.
/// </summary>
/// <remarks>
/// Source: Pixar, "USDZ File Format Specification": entries are neither compressed nor encrypted, their data begin at
/// multiples of 64 bytes, and the first is the root layer.
/// </remarks>
public static class UsdzExporter
{
    /// <summary>Triangles that telephones open at once; more look no better on them.</summary>
    public const int UsualTriangles = 24_000;

    private const string LayerName = "head.usda", TextureName = "textures/skin.jpg";
    private const int Alignment = 64, LocalHeader = 30, Version = 20;
    private const ushort NoTime = 0, NewYear1980 = 0x21, PaddingField = 0x1986; // the field that Pixar's own writer pads with
    private static readonly uint[] CrcTable = MakeCrcTable();

    /// <summary>Writes the file.</summary>
    /// <param name="head">The head; few triangles open faster on a telephone (<see cref="HeadSimplifier"/>).</param>
    /// <param name="output">Is not closed; need not seek.</param>
    /// <param name="textureQuality">JPEG quality, 1 to 100.</param>
    public static void Write(TexturedMesh head, Stream output, int textureQuality = 90)
    {
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(output);
        using var layer = new MemoryStream();
        UsdLayer.Write(head, layer, TextureName);
        (string Name, ReadOnlyMemory<byte> Data)[] files =
        [
            (LayerName, layer.GetBuffer().AsMemory(0, (int)layer.Length)),
            (TextureName, ImageEncoder.Jpeg(head.Texture, textureQuality)),
        ];

        int offset = 0;
        using var directory = new MemoryStream();
        foreach (var (name, data) in files)
        {
            uint crc = Crc(data.Span);
            // An extra field has 4 bytes of its own; it fills up to the next multiple.
            int padding = (Alignment - (offset + LocalHeader + name.Length + 4) % Alignment) % Alignment;
            output.Write(Entry(false, name, crc, data.Length, padding, offset));
            output.Write(data.Span);
            directory.Write(Entry(true, name, crc, data.Length, padding, offset));
            offset += LocalHeader + name.Length + 4 + padding + data.Length;
        }

        output.Write(directory.GetBuffer(), 0, (int)directory.Length);
        var end = new byte[22];
        BinaryPrimitives.WriteUInt32LittleEndian(end, 0x06054b50);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(8), (ushort)files.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(10), (ushort)files.Length);
        BinaryPrimitives.WriteInt32LittleEndian(end.AsSpan(12), (int)directory.Length);
        BinaryPrimitives.WriteInt32LittleEndian(end.AsSpan(16), offset);
        output.Write(end);
    }

    // The header before the data, or the one in the directory at the end (APPNOTE 4.3.7, 4.3.12).
    private static byte[] Entry(bool inDirectory, string name, uint crc, int size, int padding, int offset)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write(inDirectory ? 0x02014b50u : 0x04034b50u);
        if (inDirectory)
            writer.Write((ushort)Version);
        writer.Write((ushort)Version);
        writer.Write((ushort)0); // flags
        writer.Write((ushort)0); // stored
        writer.Write(NoTime);
        writer.Write(NewYear1980);
        writer.Write(crc);
        writer.Write(size);
        writer.Write(size);
        writer.Write((ushort)name.Length);
        writer.Write((ushort)(4 + padding));
        if (inDirectory)
        {
            writer.Write((ushort)0); // comment
            writer.Write((ushort)0); // disk
            writer.Write((ushort)0); // internal attributes
            writer.Write(0u);        // external attributes
            writer.Write(offset);
        }

        writer.Write(Encoding.ASCII.GetBytes(name));
        writer.Write(PaddingField);
        writer.Write((ushort)padding);
        writer.Write(new byte[padding]);
        return bytes.ToArray();
    }

    private static uint Crc(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data)
            crc = CrcTable[(byte)(crc ^ value)] ^ crc >> 8;
        return ~crc;
    }

    private static uint[] MakeCrcTable()
    {
        var table = new uint[256];
        for (uint k = 0; k < 256; k++)
        {
            uint value = k;
            for (int bit = 0; bit < 8; bit++)
                value = (value & 1) != 0 ? 0xedb88320 ^ value >> 1 : value >> 1;
            table[k] = value;
        }

        return table;
    }
}
