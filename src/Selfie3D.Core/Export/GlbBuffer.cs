using System.Buffers.Binary;
using System.Text.Json.Nodes;

namespace Selfie3D.Export;

/// <summary>Gathers the binary part of a GLB file and writes the whole file, part after part, without another copy.</summary>
internal sealed class GlbBuffer
{
    private const uint Magic = 0x46546C67, JsonChunk = 0x4E4F534A, BinaryChunk = 0x004E4942;
    private readonly List<ReadOnlyMemory<byte>> _parts = [];

    /// <summary>Bytes so far, each part rounded up to 4.</summary>
    public int Length { get; private set; }

    /// <summary>Adds bytes and says where they begin.</summary>
    public int Add(ReadOnlyMemory<byte> bytes)
    {
        int offset = Length;
        _parts.Add(bytes);
        Length = checked(offset + Padded(bytes.Length));
        return offset;
    }

    /// <summary>Writes header, JSON and binary part.</summary>
    /// <param name="json">The glTF document.</param>
    /// <param name="output">Is not closed; need not seek.</param>
    public void Write(JsonObject json, Stream output)
    {
        byte[] text = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(json, GlbJson.Default.JsonObject);
        int total = 28 + Padded(text.Length) + Length;
        // Or else it would grow through half a dozen sizes, each of them copied.
        if (output is MemoryStream memory && memory.Capacity - memory.Position < total)
            memory.Capacity = checked((int)memory.Position + total);
        Span<byte> header = stackalloc byte[20];
        Numbers(header, Magic, 2, (uint)total, (uint)Padded(text.Length), JsonChunk);
        output.Write(header);
        output.Write(text);
        output.Write("   "u8[..(Padded(text.Length) - text.Length)]);
        Numbers(header[..8], (uint)Length, BinaryChunk);
        output.Write(header[..8]);
        foreach (var part in _parts)
        {
            output.Write(part.Span);
            output.Write("\0\0\0"u8[..(Padded(part.Length) - part.Length)]);
        }
    }

    private static int Padded(int length) => (length + 3) & ~3;

    private static void Numbers(Span<byte> target, params ReadOnlySpan<uint> values)
    {
        for (int k = 0; k < values.Length; k++)
            BinaryPrimitives.WriteUInt32LittleEndian(target[(4 * k)..], values[k]);
    }
}

/// <summary>Serialisation of glTF documents, without reflection.</summary>
[System.Text.Json.Serialization.JsonSerializable(typeof(JsonObject))]
internal sealed partial class GlbJson : System.Text.Json.Serialization.JsonSerializerContext;
