using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Selfie3D.Export.Draco;
using Selfie3D.Export.Meshopt;
using Selfie3D.Texturing;

namespace Selfie3D.Export;

/// <summary>Indices and vertices of a head as buffer views and accessors of glTF: plain, or packed.</summary>
internal sealed class GlbGeometry
{
    private const int UnsignedShort = 5123, UnsignedInt = 5125, Float = 5126, SignedByte = 5120;
    private const int VertexTarget = 34962, IndexTarget = 34963;
    private const int PositionSteps = ushort.MaxValue, TexCoordSteps = ushort.MaxValue, NormalSteps = sbyte.MaxValue;

    private readonly GlbBuffer _buffer;
    private int _unpackedLength;

    private GlbGeometry(GlbBuffer buffer) => _buffer = buffer;

    /// <summary>The buffer views.</summary>
    public JsonArray BufferViews { get; } = [];

    /// <summary>0 triangles, 1 positions, 2 normals, 3 texture coordinates.</summary>
    public JsonArray Accessors { get; } = [];

    /// <summary>Names of the extensions without which the geometry cannot be read.</summary>
    public IReadOnlyList<string> Extensions { get; private init; } = [];

    /// <summary>What the primitive says beside its accessors; null for nothing.</summary>
    public JsonObject? PrimitiveExtension { get; private set; }

    /// <summary>How its node brings a mesh of whole numbers back to metres; null for one in metres.</summary>
    public (Vector3 Translation, float Scale)? Node { get; private set; }

    /// <summary>Bytes of the second, unpacked buffer that the file speaks of; 0 for none.</summary>
    public int UnpackedLength => _unpackedLength;

    /// <summary>Floats as they are.</summary>
    public static GlbGeometry Plain(TexturedMesh head, GlbBuffer buffer)
    {
        var geometry = new GlbGeometry(buffer);
        int count = head.CutVertices.Length;
        bool narrow = count <= ushort.MaxValue; // 65535 itself restarts primitives and may not occur
        geometry.AddPlain(narrow ? Narrowed(head.CutTriangles) : Bytes(head.CutTriangles), IndexTarget, narrow ? UnsignedShort : UnsignedInt, head.CutTriangles.Length, "SCALAR");
        var (low, high) = head.Mesh.Bounds();
        geometry.AddPlain(Cut(head, head.Mesh.Positions), VertexTarget, Float, count, "VEC3").Bounds(low, high);
        geometry.AddPlain(Cut(head, head.Mesh.Normals), VertexTarget, Float, count, "VEC3");
        geometry.AddPlain(Bytes(head.TexCoords), VertexTarget, Float, count, "VEC2");
        return geometry;
    }

    /// <summary>EXT_meshopt_compression on whole numbers: positions to 1/65535 of the head's size, normals to half a degree.</summary>
    public static GlbGeometry Meshopt(TexturedMesh head, GlbBuffer buffer)
    {
        var geometry = new GlbGeometry(buffer) { Extensions = [GlbExporter.QuantizationExtension, GlbExporter.MeshoptExtension] };
        var (triangles, order) = StripOrder.Make(head.CutTriangles, head.CutVertices.Length);
        int count = order.Length;
        var (low, high) = head.Mesh.Bounds();
        float scale = MathF.Max(MathF.Max(high.X - low.X, high.Y - low.Y), MathF.Max(high.Z - low.Z, 1e-9f)) / PositionSteps;
        geometry.Node = (low, scale);

        var positions = new ushort[4 * count];
        var normals = new sbyte[4 * count];
        var texels = new ushort[2 * count];
        var most = Vector3.Zero;
        for (int k = 0; k < count; k++)
        {
            int vertex = head.CutVertices[order[k]];
            Vector3 p = (head.Mesh.Positions[vertex] - low) / scale, n = head.Mesh.Normals[vertex] * NormalSteps;
            var t = Vector2.Clamp(head.TexCoords[order[k]], Vector2.Zero, Vector2.One) * TexCoordSteps;
            p = new Vector3(MathF.Round(p.X), MathF.Round(p.Y), MathF.Round(p.Z));
            most = Vector3.Max(most, p);
            (positions[4 * k], positions[4 * k + 1], positions[4 * k + 2]) = ((ushort)p.X, (ushort)p.Y, (ushort)p.Z);
            (normals[4 * k], normals[4 * k + 1], normals[4 * k + 2]) = ((sbyte)MathF.Round(n.X), (sbyte)MathF.Round(n.Y), (sbyte)MathF.Round(n.Z));
            (texels[2 * k], texels[2 * k + 1]) = ((ushort)MathF.Round(t.X), (ushort)MathF.Round(t.Y));
        }

        bool narrow = count <= ushort.MaxValue;
        geometry.AddPacked(IndexCodec.Encode(triangles), narrow ? 2 : 4, triangles.Length, IndexTarget, "TRIANGLES", narrow ? UnsignedShort : UnsignedInt, "SCALAR", false);
        geometry.AddPacked(AttributeCodec.Encode(Bytes(positions), 8), 8, count, VertexTarget, "ATTRIBUTES", UnsignedShort, "VEC3", false).Bounds(Vector3.Zero, most);
        geometry.AddPacked(AttributeCodec.Encode(Bytes(normals), 4), 4, count, VertexTarget, "ATTRIBUTES", SignedByte, "VEC3", true);
        geometry.AddPacked(AttributeCodec.Encode(Bytes(texels), 4), 4, count, VertexTarget, "ATTRIBUTES", UnsignedShort, "VEC2", true);
        return geometry;
    }

    /// <summary>KHR_draco_mesh_compression: what a decoder gives back are floats in metres, as precise as those of meshopt.</summary>
    public static GlbGeometry Draco(TexturedMesh head, GlbBuffer buffer)
    {
        var geometry = new GlbGeometry(buffer) { Extensions = [GlbExporter.DracoExtension] };
        var (bytes, count, low, high) = DracoEncoder.Encode(head);
        geometry.PrimitiveExtension = new JsonObject
        {
            [GlbExporter.DracoExtension] = new JsonObject
            {
                ["bufferView"] = geometry.AddBlob(bytes),
                ["attributes"] = new JsonObject
                {
                    ["POSITION"] = DracoEncoder.PositionId,
                    ["NORMAL"] = DracoEncoder.NormalId,
                    ["TEXCOORD_0"] = DracoEncoder.TexCoordId,
                },
            },
        };
        geometry.AddAccessor(count <= ushort.MaxValue ? UnsignedShort : UnsignedInt, head.CutTriangles.Length, "SCALAR");
        geometry.AddAccessor(Float, count, "VEC3");
        geometry.Bounds(low, high);
        geometry.AddAccessor(Float, count, "VEC3");
        geometry.AddAccessor(Float, count, "VEC2");
        return geometry;
    }

    /// <summary>A buffer view on bytes that are not read by accessors.</summary>
    /// <returns>Its number.</returns>
    public int AddBlob(ReadOnlyMemory<byte> bytes)
    {
        BufferViews.Add((JsonNode)new JsonObject { ["buffer"] = 0, ["byteOffset"] = _buffer.Add(bytes), ["byteLength"] = bytes.Length });
        return BufferViews.Count - 1;
    }

    private GlbGeometry AddPlain(byte[] bytes, int target, int componentType, int count, string type)
    {
        int view = AddBlob(bytes);
        BufferViews[view]!["target"] = target;
        AddAccessor(componentType, count, type)["bufferView"] = view;
        return this;
    }

    private JsonObject AddAccessor(int componentType, int count, string type)
    {
        var accessor = new JsonObject { ["componentType"] = componentType, ["count"] = count, ["type"] = type };
        Accessors.Add((JsonNode)accessor);
        return accessor;
    }

    private GlbGeometry AddPacked(
        byte[] packed, int stride, int count, int target, string mode, int componentType, string type, bool normalized)
    {
        var view = new JsonObject { ["buffer"] = 1, ["byteOffset"] = _unpackedLength, ["byteLength"] = stride * count };
        if (target == VertexTarget)
            view["byteStride"] = stride;
        view["target"] = target;
        view["extensions"] = new JsonObject
        {
            [GlbExporter.MeshoptExtension] = new JsonObject
            {
                ["buffer"] = 0,
                ["byteOffset"] = _buffer.Add(packed),
                ["byteLength"] = packed.Length,
                ["byteStride"] = stride,
                ["count"] = count,
                ["mode"] = mode,
            },
        };
        BufferViews.Add((JsonNode)view);
        _unpackedLength += (stride * count + 3) & ~3;
        var accessor = AddAccessor(componentType, count, type);
        accessor["bufferView"] = BufferViews.Count - 1;
        if (normalized)
            accessor["normalized"] = true;
        return this;
    }

    private void Bounds(Vector3 low, Vector3 high)
    {
        Accessors[^1]!["min"] = new JsonArray(low.X, low.Y, low.Z);
        Accessors[^1]!["max"] = new JsonArray(high.X, high.Y, high.Z);
    }

    private static byte[] Cut(TexturedMesh head, ReadOnlySpan<Vector3> source)
    {
        var bytes = GC.AllocateUninitializedArray<byte>(Unsafe.SizeOf<Vector3>() * head.CutVertices.Length);
        var cut = MemoryMarshal.Cast<byte, Vector3>(bytes.AsSpan());
        for (int k = 0; k < cut.Length; k++)
            cut[k] = source[head.CutVertices[k]];
        return bytes;
    }

    private static byte[] Narrowed(int[] indices)
    {
        var bytes = GC.AllocateUninitializedArray<byte>(sizeof(ushort) * indices.Length);
        TensorPrimitives.ConvertTruncating<int, ushort>(indices, MemoryMarshal.Cast<byte, ushort>(bytes.AsSpan()));
        return bytes;
    }

    private static byte[] Bytes<T>(T[] values)
        where T : unmanaged =>
        MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
}
