using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Selfie3D.Export;
using Selfie3D.Texturing;

namespace Selfie3D.Tests.Export;

public sealed class ExporterTests : ExportedHead
{
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
}
