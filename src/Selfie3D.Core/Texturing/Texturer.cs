using System.Numerics;
using Selfie3D.Imaging;
using Selfie3D.Meshing;
using Selfie3D.Regression;

namespace Selfie3D.Texturing;

/// <summary>
/// Gives a head the colours of its photo, and believable ones where the camera could not see.
/// </summary>
public static class Texturer
{
    // What the finest texels, those of the camera's side, would measure along the whole texture, metres; much the same for all heads.
    private const float FrontMetres = 0.3f;

    /// <summary>Makes the texture and the vertex colours.</summary>
    /// <param name="photoFrameMesh">The closed head in the photo frame, pixels.</param>
    /// <param name="photo">The whole photo, not the crop of a network.</param>
    /// <param name="frame">Between photo and head.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <returns>The head in the head frame, metres; the same for the same input on any number of threads.</returns>
    /// <exception cref="ArgumentException">The mesh is empty, or an option is out of its range.</exception>
    public static TexturedMesh Apply(Mesh photoFrameMesh, RgbImage photo, HeadFrame frame, TextureOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(photoFrameMesh);
        ArgumentNullException.ThrowIfNull(photo);
        ArgumentNullException.ThrowIfNull(frame);
        return Apply(photoFrameMesh, ToHead(photoFrameMesh, frame), photo, frame, options, () => { });
    }

    /// <summary>The same for a mesh that is in the head frame already, which becomes that of the result.</summary>
    /// <param name="photoFrameMesh">As above.</param>
    /// <param name="headMesh"><see cref="ToHead"/> of it.</param>
    /// <param name="photo">As above.</param>
    /// <param name="frame">As above.</param>
    /// <param name="options">As above.</param>
    /// <param name="meanwhile">Done on a thread that would be idle for some ten milliseconds.</param>
    internal static TexturedMesh Apply(Mesh photoFrameMesh, Mesh headMesh, RgbImage photo, HeadFrame frame, TextureOptions? options, Action meanwhile)
    {
        options ??= new TextureOptions();
        if (options.Size is not 0 and (< 256 or > 4096))
            throw new ArgumentException($"A texture of {options.Size} texels; 256 to 4096 are possible, or 0 for a choice by the photo.", nameof(options));
        if (!(options.FrontDetail is >= 1 and <= 4))
            throw new ArgumentException($"A front detail of {options.FrontDetail}; 1 to 4 is possible.", nameof(options));
        if (photoFrameMesh.TriangleCount == 0)
            throw new ArgumentException("The mesh has no triangles.", nameof(photoFrameMesh));

        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.MaxThreads };
        var size = options.Size > 0 ? options.Size : SizeFor(frame.PixelsPerMetre);
        Atlas? atlas = null;
        HeadColors? colors = null;
        var pixelsPerTexel = FrontMetres / size * frame.PixelsPerMetre;
        // Neither needs the other; the colours take longer, and what can be done on several threads comes last.
        Parallel.Invoke(parallel,
            () => colors = new HeadColors(photoFrameMesh, headMesh, photo, frame, pixelsPerTexel, parallel),
            () =>
            {
                atlas = Atlas.Make(headMesh, frame.ViewDirection, size, options.FrontDetail);
                meanwhile();
            });
        RgbImage? texture = null;
        byte[]? vertexColors = null;
        // The gutters between the charts take one thread only.
        Parallel.Invoke(parallel,
            () => texture = TexturePainter.Paint(atlas!, colors!, size, parallel),
            () => vertexColors = VertexColors(colors!, parallel));
        return new TexturedMesh
        {
            Mesh = headMesh,
            VertexColors = vertexColors!,
            CutVertices = atlas!.CutVertices,
            CutTriangles = atlas.CutTriangles,
            TexCoords = [.. atlas.Texels.Select(t => t / size)],
            Texture = texture!,
        };
    }

    /// <summary>The mesh in metres, upright, facing +z; a copy that shares nothing with it.</summary>
    public static Mesh ToHead(Mesh photoFrameMesh, HeadFrame frame)
    {
        ArgumentNullException.ThrowIfNull(photoFrameMesh);
        ArgumentNullException.ThrowIfNull(frame);
        var positions = new Vector3[photoFrameMesh.VertexCount];
        var normals = new Vector3[photoFrameMesh.VertexCount];
        for (var k = 0; k < positions.Length; k++)
        {
            positions[k] = frame.ToHead(photoFrameMesh.Positions[k]);
            var normal = frame.NormalToHead(photoFrameMesh.Positions[k], photoFrameMesh.Normals[k]);
            var length = normal.Length();
            normals[k] = length > 1e-6f ? normal / length : Vector3.UnitZ;
        }
        return new Mesh(positions, normals, photoFrameMesh.Triangles.ToArray());
    }

    /// <summary>The texture size for a face in a photo: enough for its pixels, or nearly.</summary>
    /// <param name="pixelsPerMetre">Of the photo at the face.</param>
    internal static int SizeFor(float pixelsPerMetre)
    {
        // A photo may be shrunk this much before 2048 texels are worth twice the time and four times the memory.
        const float MostShrink = 2.4f;
        var needed = pixelsPerMetre * FrontMetres / MostShrink;
        return needed <= 85 ? 512 : needed <= 1024 ? 1024 : 2048;
    }

    private static byte[] VertexColors(HeadColors colors, ParallelOptions parallel)
    {
        var bytes = new byte[3 * colors.Points.Length];
        HeadColors.ForVertices(colors.Points.Length, parallel, k => TexturePainter.Store(bytes.AsSpan(3 * k, 3), colors.At(colors.Points[k])));
        return bytes;
    }
}
