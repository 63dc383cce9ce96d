using System.Numerics;
using System.Reflection;
using System.Text.Json.Nodes;
using Selfie3D.Texturing;

namespace Selfie3D.Export;

/// <summary>
/// Writes binary glTF 2.0: one mesh in metres, upright, facing +z, with its texture as JPEG; plain, or with packed geometry.
/// </summary>
/// <remarks>
/// Sources: Khronos, glTF 2.0 specification; KHR_mesh_quantization; EXT_meshopt_compression; KHR_draco_mesh_compression. The same head
/// gives the same bytes.
/// </remarks>
public static class GlbExporter
{
    /// <summary>An extension that packed files require.</summary>
    internal const string MeshoptExtension = "EXT_meshopt_compression", QuantizationExtension = "KHR_mesh_quantization",
        DracoExtension = "KHR_draco_mesh_compression";

    private const float Roughness = 0.8f;
    private const int ClampToEdge = 33071, Linear = 9729, LinearMipmapLinear = 9987;

    private static readonly string Generator =
        "Selfie3D " + typeof(GlbExporter).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;

    /// <summary>Writes the file.</summary>
    /// <param name="head">The head.</param>
    /// <param name="output">Is not closed; need not seek.</param>
    /// <param name="options">Null for the defaults.</param>
    public static void Write(TexturedMesh head, Stream output, GlbOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(output);
        options ??= new GlbOptions();
        var buffer = new GlbBuffer();
        // Nothing of the geometry needs the picture. That is made on this thread, since its pixels lie outside of managed memory, of which
        // malloc keeps what is freed for each thread of its own.
        var pack = Task.Run(() => options.Packing switch
        {
            GlbPacking.Meshopt => GlbGeometry.Meshopt(head, buffer),
            GlbPacking.Draco => GlbGeometry.Draco(head, buffer),
            _ => GlbGeometry.Plain(head, buffer),
        });
        byte[] texture = ImageEncoder.Jpeg(head.Texture, options.TextureQuality);
        var geometry = pack.GetAwaiter().GetResult();
        int image = geometry.AddBlob(texture);

        var json = new JsonObject { ["asset"] = new JsonObject { ["version"] = "2.0", ["generator"] = Generator } };
        if (options.Thumbnail is { } picture)
            json["asset"]!["extras"] = new JsonObject { ["thumbnail"] = "data:image/jpeg;base64," + Convert.ToBase64String(picture.Span) };
        if (geometry.Extensions.Count > 0)
        {
            json["extensionsUsed"] = Names(geometry.Extensions);
            json["extensionsRequired"] = Names(geometry.Extensions);
        }

        json["scene"] = 0;
        json["scenes"] = Array(new JsonObject { ["name"] = "Selfie3D", ["nodes"] = new JsonArray(0) });
        json["nodes"] = Nodes(options, geometry);
        var primitive = new JsonObject
        {
            ["attributes"] = new JsonObject { ["POSITION"] = 1, ["NORMAL"] = 2, ["TEXCOORD_0"] = 3 },
            ["indices"] = 0,
            ["material"] = 0,
        };
        if (geometry.PrimitiveExtension is { } extension)
            primitive["extensions"] = extension;
        json["meshes"] = Array(new JsonObject { ["name"] = options.Name, ["primitives"] = Array(primitive) });
        json["materials"] = Array(new JsonObject
        {
            ["name"] = "Skin",
            ["pbrMetallicRoughness"] = new JsonObject
            {
                ["baseColorTexture"] = new JsonObject { ["index"] = 0 },
                ["metallicFactor"] = 0,
                ["roughnessFactor"] = Roughness,
            },
        });
        json["textures"] = Array(new JsonObject { ["sampler"] = 0, ["source"] = 0 });
        json["samplers"] = Array(new JsonObject { ["magFilter"] = Linear, ["minFilter"] = LinearMipmapLinear, ["wrapS"] = ClampToEdge, ["wrapT"] = ClampToEdge });
        json["images"] = Array(new JsonObject { ["name"] = "skin", ["mimeType"] = "image/jpeg", ["bufferView"] = image });
        json["accessors"] = geometry.Accessors;
        json["bufferViews"] = geometry.BufferViews;
        json["buffers"] = Buffers(buffer.Length, geometry.UnpackedLength);
        buffer.Write(json, output);
    }

    // The head, the anchors below it, and below it also the mesh where whole numbers have to be scaled.
    private static JsonArray Nodes(GlbOptions options, GlbGeometry geometry)
    {
        var head = new JsonObject { ["name"] = "head" };
        JsonArray nodes = [head], children = [];
        foreach (var (name, position) in options.Anchors?.Named() ?? [])
            Add(new JsonObject { ["name"] = "anchor_" + name, ["translation"] = Vector(position) });
        if (geometry.Node is { } node)
        {
            Add(new JsonObject
            {
                ["name"] = "head_mesh",
                ["mesh"] = 0,
                ["translation"] = Vector(node.Translation),
                ["scale"] = Vector(new Vector3(node.Scale)),
            });
        }
        else
        {
            head["mesh"] = 0;
        }

        if (children.Count > 0)
            head["children"] = children;
        if (GlbExtras.Of(options) is { } extras)
            head["extras"] = extras;
        return nodes;

        void Add(JsonObject child)
        {
            children.Add(nodes.Count);
            nodes.Add((JsonNode)child);
        }
    }

    private static JsonArray Buffers(int length, int unpackedLength)
    {
        var buffers = Array(new JsonObject { ["byteLength"] = length });
        if (unpackedLength > 0)
        {
            buffers.Add((JsonNode)new JsonObject
            {
                ["byteLength"] = unpackedLength,
                ["extensions"] = new JsonObject { [MeshoptExtension] = new JsonObject { ["fallback"] = true } },
            });
        }

        return buffers;
    }

    private static JsonArray Names(IReadOnlyList<string> names) => [.. names];

    private static JsonArray Array(JsonObject only) => [only];

    private static JsonArray Vector(Vector3 v) => [v.X, v.Y, v.Z];
}
