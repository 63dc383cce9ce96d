using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using Selfie3D.Export;
using Selfie3D.Imaging;
using Selfie3D.Measuring;
using Selfie3D.Regression;
using Selfie3D.Tests.Texturing;
using Selfie3D.Texturing;

namespace Selfie3D.Tests.Export;

public sealed class ExporterTests : IDisposable
{
    private static readonly SyntheticHead Scene = new(20);
    private static readonly TexturedMesh Head =
        Texturer.Apply(Scene.PhotoMesh(), Scene.Photo, Scene.Frame, new TextureOptions { Size = 512 });

    private readonly string _folder = Directory.CreateTempSubdirectory("selfie3d-export-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(false, GlbPacking.None)]
    [InlineData(true, GlbPacking.None)]
    [InlineData(true, GlbPacking.Meshopt)]
    [InlineData(true, GlbPacking.Draco)]
    public void Glb_Validator_FindsNothing(bool withExtras, GlbPacking packing)
    {
        var options = (withExtras ? Extras() : new GlbOptions()) with { Packing = packing };
        var path = Save("head.glb", s => GlbExporter.Write(Head, s, options));
        using var report = JsonDocument.Parse(OutsideTools.ValidateGltf(path));
        var issues = report.RootElement.GetProperty("issues");
        Assert.True(issues.GetProperty("numErrors").GetInt32() == 0, issues.ToString());
        Assert.True(issues.GetProperty("numWarnings").GetInt32() == 0, issues.ToString());
        var info = report.RootElement.GetProperty("info");
        Assert.Equal(Head.Mesh.TriangleCount, info.GetProperty("totalTriangleCount").GetInt32());
        Assert.StartsWith("Selfie3D", info.GetProperty("generator").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Glb_Json_NamesThingsAndKeepsLandmarksAndPose()
    {
        var glb = Bytes(s => GlbExporter.Write(Head, s, Extras()));
        using var json = JsonDocument.Parse(Json(glb));
        var node = json.RootElement.GetProperty("nodes")[0];
        Assert.Equal("head", node.GetProperty("name").GetString());
        Assert.Equal(68, node.GetProperty("extras").GetProperty("landmarks68").GetArrayLength());
        Assert.Equal(12.5, node.GetProperty("extras").GetProperty("pose").GetProperty("yaw").GetDouble());
        var material = json.RootElement.GetProperty("materials")[0];
        Assert.Equal("Skin", material.GetProperty("name").GetString());
        var pbr = material.GetProperty("pbrMetallicRoughness");
        Assert.Equal(0, pbr.GetProperty("metallicFactor").GetDouble());
        Assert.Equal(0.8, pbr.GetProperty("roughnessFactor").GetDouble(), 1e-6);
    }

    [Fact]
    public void Glb_Anchors_AreNodesBelowTheHead()
    {
        var options = Extras();
        using var json = JsonDocument.Parse(Json(Bytes(s => GlbExporter.Write(Head, s, options))));
        var nodes = json.RootElement.GetProperty("nodes");
        var children = nodes[0].GetProperty("children").EnumerateArray().Select(k => nodes[k.GetInt32()]).ToArray();
        Assert.Equal(
            ["anchor_glassesBridge", "anchor_templeLeft", "anchor_templeRight", "anchor_pupilLeft", "anchor_pupilRight", "anchor_noseTip", "anchor_chin", "anchor_crown"],
            children.Select(c => c.GetProperty("name").GetString()));
        var crown = children[^1].GetProperty("translation").EnumerateArray().Select(v => v.GetSingle()).ToArray();
        Assert.Equal(options.Anchors!.Crown, new Vector3(crown[0], crown[1], crown[2]));
        Assert.All(children, c => Assert.False(c.TryGetProperty("mesh", out _)));
        Assert.Equal(0, json.RootElement.GetProperty("scenes")[0].GetProperty("nodes")[0].GetInt32());
    }

    [Fact]
    public void Glb_Extras_KeepMeasuresPhotoAndMatrix()
    {
        using var json = JsonDocument.Parse(Json(Bytes(s => GlbExporter.Write(Head, s, Extras()))));
        var extras = json.RootElement.GetProperty("nodes")[0].GetProperty("extras");
        Assert.Equal(63.5, extras.GetProperty("measures").GetProperty("pupilDistanceMm").GetDouble());
        Assert.True(extras.GetProperty("measures").GetProperty("pupilDistanceAssumed").GetBoolean());
        Assert.Equal(512, extras.GetProperty("photo").GetProperty("height").GetInt32());
        string thumbnail = json.RootElement.GetProperty("asset").GetProperty("extras").GetProperty("thumbnail").GetString()!;
        const string Scheme = "data:image/jpeg;base64,";
        Assert.StartsWith(Scheme, thumbnail, StringComparison.Ordinal);
        var picture = new PhotoDecoder().Decode(Convert.FromBase64String(thumbnail[Scheme.Length..])).Image;
        Assert.Equal((64, 64), (picture.Width, picture.Height));
        var m = extras.GetProperty("headToPhoto").EnumerateArray().Select(v => v.GetSingle()).ToArray();
        var p = new Vector3(0.02f, 0.03f, 0.09f);
        var photo = Scene.Frame.ToPhoto(p);
        Assert.Equal(photo.X, m[0] * p.X + m[4] * p.Y + m[8] * p.Z + m[12], 1e-2f);
        Assert.Equal(photo.Y, m[1] * p.X + m[5] * p.Y + m[9] * p.Z + m[13], 1e-2f);
    }

    [Theory]
    [InlineData(GlbPacking.Meshopt)]
    [InlineData(GlbPacking.Draco)]
    public void Glb_Packed_IsReadByThreeLikeThePlainOne(GlbPacking packing)
    {
        using var plain = JsonDocument.Parse(OutsideTools.ReadWithThree(Save("plain.glb", s => GlbExporter.Write(Head, s, Extras()))));
        using var packed = JsonDocument.Parse(OutsideTools.ReadWithThree(Save("packed.glb", s => GlbExporter.Write(Head, s, Extras() with { Packing = packing }))));
        Assert.Equal(Head.Mesh.TriangleCount, plain.RootElement.GetProperty("triangles").GetInt32());
        Assert.Equal(Head.Mesh.TriangleCount, packed.RootElement.GetProperty("triangles").GetInt32());
        int vertices = packed.RootElement.GetProperty("vertices").GetInt32();
        if (packing == GlbPacking.Meshopt)
            Assert.Equal(Head.CutVertices.Length, vertices);
        else
            Assert.InRange(vertices, Head.CutVertices.Length, Head.CutVertices.Length * 1.01); // one at which pieces of the texture touch is several
        // What seams part lies at the same place again, so that the head stays closed.
        var corners = Corners(packed).Select(corner => corner.Place).ToArray();
        var edges = Enumerable.Range(0, corners.Length).Select(k => (From: corners[k], To: corners[k % 3 == 2 ? k - 2 : k + 1])).ToHashSet();
        Assert.Equal(corners.Length, edges.Count);
        Assert.All(edges, edge => Assert.Contains((edge.To, edge.From), edges));
        // Corners come in another order: find each again by its place on the texture.
        var byTexel = new Dictionary<(int, int), List<(Vector3 Place, Vector3 Normal)>>();
        foreach (var (texel, place, normal) in Corners(plain))
        {
            var cell = ((int)(texel.X * 512), (int)(texel.Y * 512));
            if (!byTexel.TryGetValue(cell, out var list)) byTexel.Add(cell, list = []);
            list.Add((place, normal));
        }
        var (low, high) = Head.Mesh.Bounds();
        var step = (high - low).Length() / 16383;
        foreach (var (texel, place, normal) in Corners(packed))
        {
            var near = from x in new[] { -1, 0, 1 } from y in new[] { -1, 0, 1 }
                       from known in byTexel.GetValueOrDefault(((int)(texel.X * 512) + x, (int)(texel.Y * 512) + y)) ?? []
                       where Vector3.Distance(known.Place, place) < step + 2e-6f && Vector3.Dot(known.Normal, normal) > 0.99f
                       select known;
            Assert.True(near.Any(), $"{place} at {texel}");
        }
        Assert.Equal(plain.RootElement.GetProperty("anchors").GetProperty("anchor_crown").ToString(), packed.RootElement.GetProperty("anchors").GetProperty("anchor_crown").ToString());
    }

    [Theory]
    [InlineData(GlbPacking.Meshopt, 0.3)]
    [InlineData(GlbPacking.Draco, 0.15)]
    public void Glb_Packed_IsMuchSmaller(GlbPacking packing, double part)
    {
        var texture = ImageEncoder.Jpeg(Head.Texture, new GlbOptions().TextureQuality).Length;
        var plain = Bytes(s => GlbExporter.Write(Head, s)).Length - texture;
        var packed = Bytes(s => GlbExporter.Write(Head, s, new GlbOptions { Packing = packing })).Length - texture;
        Assert.True(packed < part * plain, $"{packed} of {plain} bytes");
    }

    private static IEnumerable<(Vector2 Texel, Vector3 Place, Vector3 Normal)> Corners(JsonDocument read)
    {
        float[] places = Floats("corners"), texels = Floats("texCoords"), normals = Floats("normals");
        for (var k = 0; k < texels.Length / 2; k++)
            yield return (new(texels[2 * k], texels[2 * k + 1]), At(places, k), Vector3.Normalize(At(normals, k)));

        static Vector3 At(float[] values, int k) => new(values[3 * k], values[3 * k + 1], values[3 * k + 2]);
        float[] Floats(string name) => [.. read.RootElement.GetProperty(name).EnumerateArray().Select(v => v.GetSingle())];
    }

    [Fact]
    public void Glb_Assimp_ReadsEveryTriangle() => AssertTriangles(Save("head.glb", s => GlbExporter.Write(Head, s)));

    [Fact]
    public void Obj_Assimp_ReadsEveryTriangleAndTheTexture()
    {
        var path = Save("head.obj", s => ObjExporter.Write(Head, s, "head.mtl"));
        Save("head.mtl", s => ObjExporter.WriteMaterial(s, "head.jpg"));
        Save("head.jpg", s => ObjExporter.WriteTexture(Head, s));
        var info = AssertTriangles(path);
        Assert.Contains("Skin", info, StringComparison.Ordinal);
        Assert.Contains("head.jpg", info, StringComparison.Ordinal);
    }

    [Fact]
    public void Obj_NameWithSpaces_FindsItsMaterialAndTexture()
    {
        var name = ObjExporter.SafeName("my  selfie ä");
        Assert.DoesNotContain(' ', name);
        Assert.NotEqual(ObjExporter.SafeName("a b"), ObjExporter.SafeName("a_b"));
        Assert.Equal("a_b", ObjExporter.SafeName("a_b"));
        var path = Save("my  selfie ä.obj", s => ObjExporter.Write(Head, s, name + ".mtl"));
        Save(name + ".mtl", s => ObjExporter.WriteMaterial(s, name + ".jpg"));
        Save(name + ".jpg", s => ObjExporter.WriteTexture(Head, s));
        Assert.Contains(name + ".jpg", OutsideTools.AssimpInfo(path), StringComparison.Ordinal);
    }

    [Fact]
    public void Ply_Assimp_ReadsEveryTriangle() => AssertTriangles(Save("head.ply", s => PlyExporter.Write(Head, s)));

    [Fact]
    public void Ply_Vertices_HavePlaceNormalAndColor()
    {
        var ply = Bytes(s => PlyExporter.Write(Head, s));
        var start = ply.AsSpan().IndexOf("end_header\n"u8) + "end_header\n".Length;
        Assert.Equal(start + 27 * Head.Mesh.VertexCount + 13 * Head.Mesh.TriangleCount, ply.Length);
        var second = ply.AsSpan(start + 27, 27);
        Assert.Equal(Head.Mesh.Positions[1].Z, BinaryPrimitives.ReadSingleLittleEndian(second[8..]));
        Assert.Equal(Head.Mesh.Normals[1].X, BinaryPrimitives.ReadSingleLittleEndian(second[12..]));
        Assert.True(second[24..].SequenceEqual(Head.VertexColors.AsSpan(3, 3)));
    }

    [Fact]
    public void Stl_Assimp_ReadsEveryTriangleInMillimetres()
    {
        var info = AssertTriangles(Save("head.stl", s => StlExporter.Write(Head.Mesh, s)));
        var (min, max) = Head.Mesh.Bounds();
        var line = info.Split('\n').First(l => l.StartsWith("Maximum point", StringComparison.Ordinal));
        var numbers = line[(line.IndexOf('(') + 1)..line.IndexOf(')')].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal((max.Y - min.Y) * 1000, float.Parse(numbers[2], CultureInfo.InvariantCulture), 0.1f); // z up, on the bed
        Assert.Equal(-min.Z * 1000, float.Parse(numbers[1], CultureInfo.InvariantCulture), 0.1f); // the face to the front
    }

    [Fact]
    public void Stl_Header_IsBinaryAndAsLongAsItSays()
    {
        var stl = Bytes(s => StlExporter.Write(Head.Mesh, s));
        Assert.False(Encoding.ASCII.GetString(stl, 0, 5) == "solid");
        Assert.Equal(Head.Mesh.TriangleCount, BinaryPrimitives.ReadInt32LittleEndian(stl.AsSpan(80)));
        Assert.Equal(84 + 50 * Head.Mesh.TriangleCount, stl.Length);
    }

    [Fact]
    public void Obj_Faces_ReferToTheClosedMesh()
    {
        var lines = Encoding.UTF8.GetString(Bytes(s => ObjExporter.Write(Head, s, "head.mtl"))).Split('\n');
        Assert.Equal(Head.Mesh.VertexCount, lines.Count(l => l.StartsWith("v ", StringComparison.Ordinal)));
        Assert.Equal(Head.TexCoords.Length, lines.Count(l => l.StartsWith("vt ", StringComparison.Ordinal)));
        var faces = lines.Where(l => l.StartsWith("f ", StringComparison.Ordinal)).ToArray();
        Assert.Equal(Head.Mesh.TriangleCount, faces.Length);
        var first = faces[0].Split(' ')[1].Split('/').Select(int.Parse).ToArray();
        Assert.Equal(Head.Mesh.Triangles[0] + 1, first[0]);
        Assert.Equal(Head.CutTriangles[0] + 1, first[1]);
        var numbers = lines.First(l => l.StartsWith("v ", StringComparison.Ordinal)).Split(' ')[1..];
        Assert.Equal(Head.Mesh.Positions[0].X, float.Parse(numbers[0], CultureInfo.InvariantCulture), 1e-6f);
        Assert.Equal(Head.Mesh.Positions[0].Y, float.Parse(numbers[1], CultureInfo.InvariantCulture), 1e-6f);
    }

    [Theory]
    [InlineData(0f, 3, "0.000")]
    [InlineData(-0.0004f, 3, "0.000")]
    [InlineData(-0.25f, 2, "-0.25")]
    [InlineData(12.0625f, 4, "12.0625")]
    [InlineData(-1234.5f, 1, "-1234.5")]
    public void AsciiWriter_Fixed_WritesPlainDecimals(float value, int decimals, string expected)
    {
        var bytes = Bytes(s =>
        {
            using var writer = new AsciiWriter(s);
            writer.Fixed(value, decimals);
        });
        Assert.Equal(expected, Encoding.ASCII.GetString(bytes));
    }

    [Fact]
    public void AllFormats_SameHeadTwice_AreTheSameBytes()
    {
        var again = Texturer.Apply(Scene.PhotoMesh(), Scene.Photo, Scene.Frame, new TextureOptions { Size = 512 });
        AssertSame(Bytes(s => GlbExporter.Write(Head, s, Extras())), Bytes(s => GlbExporter.Write(again, s, Extras())));
        AssertSame(Bytes(s => ObjExporter.Write(Head, s, "m.mtl")), Bytes(s => ObjExporter.Write(again, s, "m.mtl")));
        AssertSame(Bytes(s => PlyExporter.Write(Head, s)), Bytes(s => PlyExporter.Write(again, s)));
        AssertSame(Bytes(s => StlExporter.Write(Head.Mesh, s)), Bytes(s => StlExporter.Write(again.Mesh, s)));
        foreach (var packing in new[] { GlbPacking.Meshopt, GlbPacking.Draco })
            AssertSame(Bytes(s => GlbExporter.Write(Head, s, Extras() with { Packing = packing })), Bytes(s => GlbExporter.Write(again, s, Extras() with { Packing = packing })));
        AssertSame(Bytes(s => Turntable.Write(Head, s, new PreviewOptions { ViewSize = 64 })), Bytes(s => Turntable.Write(again, s, new PreviewOptions { ViewSize = 64 })));
        AssertSame(Bytes(s => PreviewRenderer.Write(Head, s)), Bytes(s => PreviewRenderer.Write(again, s)));

        static void AssertSame(byte[] a, byte[] b) => Assert.True(a.AsSpan().SequenceEqual(b));
    }

    [Fact]
    public void AllFormats_StreamThatCannotSeek_IsEnough()
    {
        using var file = new System.IO.Compression.GZipStream(new MemoryStream(), System.IO.Compression.CompressionLevel.Fastest);
        GlbExporter.Write(Head, file);
        ObjExporter.Write(Head, file, "m.mtl");
        PlyExporter.Write(Head, file);
        StlExporter.Write(Head.Mesh, file);
        PreviewRenderer.Write(Head, file);
    }

    private static GlbOptions Extras() => new()
    {
        Landmarks68 = [.. Enumerable.Range(0, 68).Select(k => new Vector3(k * 0.001f, 0.0123456f, -1e-7f))],
        Pose = new HeadPose(12.5f, -3, 0.25f),
        Anchors = HeadAnchors.Find(Head.Mesh, new Vector3[68]),
        Measures = new HeadMeasures(63.5f, true, 220, 150, 140),
        HeadToPhoto = Scene.Frame.HeadToPhoto,
        PhotoSize = (Scene.Photo.Width, Scene.Photo.Height),
        Thumbnail = ImageEncoder.Jpeg(PreviewRenderer.Render(Head, new PreviewOptions { ViewSize = 64, YawDegrees = [0] }), 80),
    };

    private static ReadOnlyMemory<byte> Json(byte[] glb) => glb.AsMemory(20, BinaryPrimitives.ReadInt32LittleEndian(glb.AsSpan(12)));

    private static string AssertTriangles(string path)
    {
        var info = OutsideTools.AssimpInfo(path);
        Assert.Equal(Head.Mesh.TriangleCount, OutsideTools.Number(info, "Faces:"));
        return info;
    }

    private static byte[] Bytes(Action<Stream> write)
    {
        using var stream = new MemoryStream();
        write(stream);
        return stream.ToArray();
    }

    private string Save(string name, Action<Stream> write)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, Bytes(write));
        return path;
    }
}
