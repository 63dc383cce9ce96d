using System.Buffers.Binary;
using System.Numerics;
using System.Text.Json;
using Selfie3D.Export;
using Selfie3D.Imaging;

namespace Selfie3D.Tests.Export;

public sealed class GlbExporterTests : ExportedHead
{
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
        var step = (high - low).Length() / 65535;
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

    private static ReadOnlyMemory<byte> Json(byte[] glb) => glb.AsMemory(20, BinaryPrimitives.ReadInt32LittleEndian(glb.AsSpan(12)));
}
