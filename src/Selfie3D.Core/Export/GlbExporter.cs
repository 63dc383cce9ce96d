using System.Numerics;
using System.Reflection;
using System.Runtime.InteropServices;
using Selfie3D.Texturing;
using SharpGLTF.Memory;
using SharpGLTF.Schema2;
using SharpGLTF.Transforms;
using SharpGLTF.Validation;

namespace Selfie3D.Export;

/// <summary>Writes binary glTF 2.0: one mesh in metres, upright, facing +z, with its texture as JPEG.</summary>
/// <remarks>Source: Khronos, glTF 2.0 specification. The same head gives the same bytes.</remarks>
public static class GlbExporter
{
    private const float Roughness = 0.8f;

    private static readonly string Generator =
        "Selfie3D " + typeof(GlbExporter).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;

    /// <summary>Writes the file.</summary>
    /// <param name="head">The head.</param>
    /// <param name="output">Is not closed.</param>
    /// <param name="options">Null for the defaults.</param>
    public static void Write(TexturedMesh head, Stream output, GlbOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(output);
        options ??= new GlbOptions();

        var model = ModelRoot.CreateModel();
        model.Asset.Generator = Generator;
        var mesh = model.CreateMesh(options.Name);
        var primitive = mesh.CreatePrimitive();
        primitive.SetIndexAccessor(Indices(model, head.CutTriangles, head.CutVertices.Length));
        primitive.SetVertexAccessor("POSITION", Vectors(model, head, head.Mesh.Positions));
        primitive.SetVertexAccessor("NORMAL", Vectors(model, head, head.Mesh.Normals));
        primitive.SetVertexAccessor("TEXCOORD_0", TexCoords(model, head));
        primitive.Material = Skin(model, ImageEncoder.Jpeg(head.Texture, options.TextureQuality));

        var scene = model.UseScene(0);
        scene.Name = "Selfie3D";
        var node = scene.CreateNode("head");
        node.Mesh = mesh;
        node.Extras = GlbExtras.Of(options);
        foreach (var (name, position) in options.Anchors?.Named() ?? [])
            node.CreateNode("anchor_" + name).LocalTransform = new AffineTransform(null, null, position);

        // What is written here is known to be right; checking it again would cost more than writing it.
        var settings = new WriteSettings { Validation = ValidationMode.Skip, MergeBuffers = true };
        // The writer seeks; a stream of the caller need not be able to.
        using var buffer = new MemoryStream();
        model.WriteGLB(buffer, settings);
        buffer.WriteTo(output);
    }

    private static Accessor Indices(ModelRoot model, int[] triangles, int vertexCount)
    {
        var accessor = model.CreateAccessor("triangles");
        if (vertexCount <= ushort.MaxValue)
        {
            // 65535 itself restarts primitives and may not occur.
            var bytes = new byte[2 * triangles.Length];
            var shorts = MemoryMarshal.Cast<byte, ushort>(bytes.AsSpan());
            for (var k = 0; k < triangles.Length; k++) shorts[k] = (ushort)triangles[k];
            accessor.SetIndexData(
                model.UseBufferView(bytes, 0, bytes.Length, 0, BufferMode.ELEMENT_ARRAY_BUFFER), 0, triangles.Length, IndexEncodingType.UNSIGNED_SHORT);
        }
        else
        {
            var bytes = MemoryMarshal.AsBytes(triangles.AsSpan()).ToArray();
            accessor.SetIndexData(
                model.UseBufferView(bytes, 0, bytes.Length, 0, BufferMode.ELEMENT_ARRAY_BUFFER), 0, triangles.Length, IndexEncodingType.UNSIGNED_INT);
        }
        return accessor;
    }

    private static Accessor Vectors(ModelRoot model, TexturedMesh head, Vector3[] source)
    {
        var bytes = new byte[12 * head.CutVertices.Length];
        var vectors = MemoryMarshal.Cast<byte, Vector3>(bytes.AsSpan());
        for (var k = 0; k < vectors.Length; k++) vectors[k] = source[head.CutVertices[k]];
        return Vertices(model, bytes, vectors.Length, DimensionType.VEC3);
    }

    private static Accessor TexCoords(ModelRoot model, TexturedMesh head) =>
        Vertices(model, MemoryMarshal.AsBytes(head.TexCoords.AsSpan()).ToArray(), head.TexCoords.Length, DimensionType.VEC2);

    private static Accessor Vertices(ModelRoot model, byte[] bytes, int count, DimensionType dimensions)
    {
        var accessor = model.CreateAccessor();
        accessor.SetVertexData(
            model.UseBufferView(bytes, 0, bytes.Length, 0, BufferMode.ARRAY_BUFFER), 0, count, new AttributeFormat(dimensions, EncodingType.FLOAT));
        return accessor;
    }

    private static Material Skin(ModelRoot model, byte[] jpeg)
    {
        var image = model.UseImage(new MemoryImage(jpeg));
        image.Name = "skin";
        var material = model.CreateMaterial("Skin");
        material.InitializePBRMetallicRoughness();
        var color = material.FindChannel("BaseColor")!.Value;
        color.SetTexture(0, image, null, TextureWrapMode.CLAMP_TO_EDGE, TextureWrapMode.CLAMP_TO_EDGE,
            TextureMipMapFilter.LINEAR_MIPMAP_LINEAR, TextureInterpolationFilter.LINEAR);
        var surface = material.FindChannel("MetallicRoughness")!.Value;
        surface.SetFactor("MetallicFactor", 0);
        surface.SetFactor("RoughnessFactor", Roughness);
        return material;
    }
}
