using Selfie3D.Texturing;

namespace Selfie3D.Export;

/// <summary>
/// Writes Wavefront OBJ with its material and texture: metres, y up. Faces refer to closed vertices and to texture
/// coordinates separately, so the mesh is watertight as it is read.
/// </summary>
public static class ObjExporter
{
    private const int PositionDecimals = 6, NormalDecimals = 4, TexCoordDecimals = 6;
    private const string Material = "Skin";

    /// <summary>
    /// A file name for a material or texture: readers of OBJ end names at the first space, so spaces become underscores, and a
    /// number made of the original name keeps "a b" and "a_b" apart.
    /// </summary>
    public static string SafeName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!name.Any(char.IsWhiteSpace))
            return name;
        uint hash = 2166136261; // FNV-1a
        foreach (char character in name)
            hash = (hash ^ character) * 16777619;
        return FormattableString.Invariant($"{string.Concat(name.Select(c => char.IsWhiteSpace(c) ? '_' : c))}-{hash:x8}");
    }

    /// <summary>Writes the geometry.</summary>
    /// <param name="head">The head.</param>
    /// <param name="output">Is not closed.</param>
    /// <param name="materialFileName">Name of the file that <see cref="WriteMaterial"/> fills, in the same folder.</param>
    public static void Write(TexturedMesh head, Stream output, string materialFileName)
    {
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(output);
        using var writer = new AsciiWriter(output);
        writer.Text($"# Selfie3D head: metres, y up, facing +z\nmtllib {materialFileName}\no Head\n");
        foreach (var p in head.Mesh.Positions) Vector(writer, "v", p.X, p.Y, p.Z, PositionDecimals);
        foreach (var t in head.TexCoords)
        {
            writer.Char('v');
            writer.Char('t');
            writer.Char(' ');
            writer.Fixed(t.X, TexCoordDecimals);
            writer.Char(' ');
            writer.Fixed(1 - t.Y, TexCoordDecimals); // v runs up here
            writer.Char('\n');
        }
        foreach (var n in head.Mesh.Normals) Vector(writer, "vn", n.X, n.Y, n.Z, NormalDecimals);
        writer.Text($"usemtl {Material}\n");
        for (var t = 0; t < head.CutTriangles.Length; t += 3)
        {
            writer.Char('f');
            for (var k = t; k < t + 3; k++)
            {
                var vertex = head.Mesh.Triangles[k] + 1;
                writer.Char(' ');
                writer.Integer(vertex);
                writer.Char('/');
                writer.Integer(head.CutTriangles[k] + 1);
                writer.Char('/');
                writer.Integer(vertex);
            }
            writer.Char('\n');
        }
    }

    /// <summary>Writes the material (MTL).</summary>
    /// <param name="output">Is not closed.</param>
    /// <param name="textureFileName">Name of the image in the same folder.</param>
    public static void WriteMaterial(Stream output, string textureFileName)
    {
        ArgumentNullException.ThrowIfNull(output);
        using var writer = new AsciiWriter(output);
        writer.Text($"newmtl {Material}\nKa 0 0 0\nKd 1 1 1\nKs 0.04 0.04 0.04\nNs 10\nd 1\nillum 2\nmap_Kd {textureFileName}\n");
    }

    /// <summary>Writes the texture as JPEG.</summary>
    /// <param name="head">The head.</param>
    /// <param name="output">Is not closed.</param>
    /// <param name="quality">1 to 100.</param>
    public static void WriteTexture(TexturedMesh head, Stream output, int quality = 92)
    {
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(output);
        output.Write(ImageEncoder.Jpeg(head.Texture, quality));
    }

    private static void Vector(AsciiWriter writer, string keyword, float x, float y, float z, int decimals)
    {
        foreach (var character in keyword) writer.Char(character);
        writer.Char(' ');
        writer.Fixed(x, decimals);
        writer.Char(' ');
        writer.Fixed(y, decimals);
        writer.Char(' ');
        writer.Fixed(z, decimals);
        writer.Char('\n');
    }
}
