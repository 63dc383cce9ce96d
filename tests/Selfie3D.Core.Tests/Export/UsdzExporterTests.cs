using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Selfie3D.Export;
using Selfie3D.Tests.Texturing;
using Selfie3D.Texturing;

namespace Selfie3D.Tests.Export;

/// <summary>Reads what was written as strictly as the specification of USDZ is.</summary>
public sealed partial class UsdzExporterTests
{
    private static readonly TexturedMesh Head = MakeHead();
    private static readonly byte[] File = MakeFile(Head);

    [Fact]
    public void Write_Entries_AreStoredAndAligned()
    {
        int at = 0;
        var names = new List<string>();
        while (BinaryPrimitives.ReadUInt32LittleEndian(File.AsSpan(at)) == 0x04034b50)
        {
            var header = File.AsSpan(at);
            Assert.Equal(0, BinaryPrimitives.ReadUInt16LittleEndian(header[6..])); // no flags: not encrypted, sizes in front
            Assert.Equal(0, BinaryPrimitives.ReadUInt16LittleEndian(header[8..])); // stored
            int size = BinaryPrimitives.ReadInt32LittleEndian(header[18..]);
            Assert.Equal(size, BinaryPrimitives.ReadInt32LittleEndian(header[22..]));
            int name = BinaryPrimitives.ReadUInt16LittleEndian(header[26..]), extra = BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
            names.Add(Encoding.ASCII.GetString(header.Slice(30, name)));
            int data = at + 30 + name + extra;
            Assert.Equal(0, data % 64);
            // The extra field says its own length, as a strict reader wants it.
            Assert.Equal(extra - 4, BinaryPrimitives.ReadUInt16LittleEndian(header[(30 + name + 2)..]));
            at = data + size;
        }

        Assert.Equal(["head.usda", "textures/skin.jpg"], names);
    }

    [Fact]
    public void Write_Archive_IsReadByAnotherReaderWithRightSums()
    {
        using var archive = new ZipArchive(new MemoryStream(File));
        Assert.Equal(2, archive.Entries.Count);
        Assert.All(archive.Entries, entry =>
        {
            Assert.Equal(entry.Length, entry.CompressedLength);
            using var stream = entry.Open();
            var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            Assert.Equal(entry.Crc32, Crc(bytes.ToArray()));
        });
    }

    [Fact]
    public void Write_Layer_HoldsTheClosedMesh()
    {
        string layer = Layer();
        Assert.StartsWith("#usda 1.0\n", layer, StringComparison.Ordinal);
        Assert.Contains("metersPerUnit = 1\n", layer, StringComparison.Ordinal);
        Assert.Contains("upAxis = \"Y\"", layer, StringComparison.Ordinal);
        Assert.Equal(layer.Count(c => c == '{'), layer.Count(c => c == '}'));
        Assert.Equal(Head.Mesh.TriangleCount, Values(layer, "int[] faceVertexCounts").Length);
        Assert.Equal(Head.Mesh.Triangles.ToArray().Select(k => (double)k), Values(layer, "int[] faceVertexIndices"));
        Assert.Equal(Head.CutTriangles.Select(k => (double)k), Values(layer, "int[] primvars:st:indices"));
        var points = Values(layer, "point3f[] points");
        Assert.Equal(3 * Head.Mesh.VertexCount, points.Length);
        Assert.Equal(Head.Mesh.Positions[5].Y, points[16], 1e-6);
        Assert.Equal(3 * Head.Mesh.VertexCount, Values(layer, "normal3f[] normals").Length);
        var st = Values(layer, "texCoord2f[] primvars:st");
        Assert.Equal(2 * Head.TexCoords.Length, st.Length);
        Assert.Equal(1 - Head.TexCoords[3].Y, st[7], 1e-5);
    }

    [Fact]
    public void Write_Twice_IsTheSame() => Assert.Equal(File, MakeFile(Head));

    private static double[] Values(string layer, string declaration)
    {
        int from = layer.IndexOf(declaration + " = [", StringComparison.Ordinal) + declaration.Length + 4;
        return [.. Number().Matches(layer[from..layer.IndexOf(']', from)]).Select(m => double.Parse(m.Value, System.Globalization.CultureInfo.InvariantCulture))];
    }

    [GeneratedRegex(@"-?\d+(\.\d+)?")]
    private static partial Regex Number();

    private static string Layer()
    {
        using var archive = new ZipArchive(new MemoryStream(File));
        using var reader = new StreamReader(archive.GetEntry("head.usda")!.Open());
        return reader.ReadToEnd();
    }

    private static uint Crc(byte[] data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? 0xedb88320 ^ crc >> 1 : crc >> 1;
        }

        return ~crc;
    }

    private static TexturedMesh MakeHead()
    {
        var scene = new SyntheticHead(20);
        return HeadSimplifier.Simplify(Texturer.Apply(scene.PhotoMesh(48), scene.Photo, scene.Frame, new TextureOptions { Size = 512 }), 2000);
    }

    private static byte[] MakeFile(TexturedMesh head)
    {
        using var stream = new MemoryStream();
        UsdzExporter.Write(head, stream);
        return stream.ToArray();
    }
}
