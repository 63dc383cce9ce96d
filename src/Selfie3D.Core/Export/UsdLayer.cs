using System.Numerics;
using Selfie3D.Texturing;

namespace Selfie3D.Export;

/// <summary>Writes a head as a text layer of Universal Scene Description (usda): the closed mesh, texture coordinates per corner, a preview material.</summary>
internal static class UsdLayer
{
    private const int PositionDecimals = 6, NormalDecimals = 3, TexCoordDecimals = 5;

    public static void Write(TexturedMesh head, Stream output, string textureName)
    {
        using var writer = new AsciiWriter(output);
        var (low, high) = head.Mesh.Bounds();
        writer.Text(
            """
            #usda 1.0
            (
                defaultPrim = "Head"
                metersPerUnit = 1
                upAxis = "Y"
            )

            def Xform "Head" (
                kind = "component"
            )
            {
                def Mesh "Mesh" (
                    prepend apiSchemas = ["MaterialBindingAPI"]
                )
                {
                    uniform token orientation = "rightHanded"
                    uniform token subdivisionScheme = "none"
                    uniform bool doubleSided = 0
                    rel material:binding = </Head/Skin>

            """);
        Array(writer, "float3[] extent", 2, k => Vector(writer, k == 0 ? low : high, PositionDecimals));
        Array(writer, "int[] faceVertexCounts", head.Mesh.TriangleCount, _ => writer.Integer(3));
        Array(writer, "int[] faceVertexIndices", head.Mesh.Triangles.Length, k => writer.Integer(head.Mesh.Triangles[k]));
        Array(writer, "point3f[] points", head.Mesh.VertexCount, k => Vector(writer, head.Mesh.Positions[k], PositionDecimals));
        Array(writer, "normal3f[] normals", head.Mesh.VertexCount, k => Vector(writer, head.Mesh.Normals[k], NormalDecimals), "vertex");
        Array(writer, "texCoord2f[] primvars:st", head.TexCoords.Length, k => TexCoord(writer, head.TexCoords[k]), "faceVarying");
        Array(writer, "int[] primvars:st:indices", head.CutTriangles.Length, k => writer.Integer(head.CutTriangles[k]));
        writer.Text(
            $$"""
                }

                def Material "Skin"
                {
                    token outputs:surface.connect = </Head/Skin/Surface.outputs:surface>

                    def Shader "Surface"
                    {
                        uniform token info:id = "UsdPreviewSurface"
                        color3f inputs:diffuseColor.connect = </Head/Skin/Texture.outputs:rgb>
                        float inputs:metallic = 0
                        float inputs:roughness = 0.8
                        token outputs:surface
                    }

                    def Shader "Texture"
                    {
                        uniform token info:id = "UsdUVTexture"
                        asset inputs:file = @{{textureName}}@
                        token inputs:sourceColorSpace = "sRGB"
                        float2 inputs:st.connect = </Head/Skin/Coordinates.outputs:result>
                        token inputs:wrapS = "clamp"
                        token inputs:wrapT = "clamp"
                        float3 outputs:rgb
                    }

                    def Shader "Coordinates"
                    {
                        uniform token info:id = "UsdPrimvarReader_float2"
                        string inputs:varname = "st"
                        float2 outputs:result
                    }
                }
            }

            """);
    }

    private static void Array(AsciiWriter writer, string declaration, int count, Action<int> value, string? interpolation = null)
    {
        writer.Text($"        {declaration} = [");
        for (int k = 0; k < count; k++)
        {
            if (k > 0)
                writer.Char(',');
            value(k);
        }

        writer.Text(interpolation is null ? "]\n" : $"] (\n            interpolation = \"{interpolation}\"\n        )\n");
    }

    private static void Vector(AsciiWriter writer, Vector3 v, int decimals)
    {
        writer.Char('(');
        writer.Fixed(v.X, decimals);
        writer.Char(',');
        writer.Fixed(v.Y, decimals);
        writer.Char(',');
        writer.Fixed(v.Z, decimals);
        writer.Char(')');
    }

    private static void TexCoord(AsciiWriter writer, Vector2 t)
    {
        writer.Char('(');
        writer.Fixed(t.X, TexCoordDecimals);
        writer.Char(',');
        writer.Fixed(1 - t.Y, TexCoordDecimals); // v runs up here
        writer.Char(')');
    }
}
