using System.Numerics;
using Selfie3D.Imaging;
using Selfie3D.Meshing;

namespace Selfie3D.Texturing;

/// <summary>
/// A head with its colours: the closed mesh, one colour per vertex of it, and a texture on a copy of the mesh that is cut
/// open along the seams of the texture.
/// </summary>
/// <remarks>
/// Cut vertices are listed by the vertex of the closed mesh that they copy, so their positions agree to the bit and a
/// reader that welds equal positions gets the closed mesh back.
/// </remarks>
public sealed class TexturedMesh
{
    /// <summary>The closed mesh: head frame, metres, triangles counter-clockwise from outside.</summary>
    public required Mesh Mesh { get; init; }

    /// <summary>RGB, three bytes for each vertex of <see cref="Mesh"/>.</summary>
    public required byte[] VertexColors { get; init; }

    /// <summary>[cut vertex] the vertex of <see cref="Mesh"/> that it copies.</summary>
    public required int[] CutVertices { get; init; }

    /// <summary>[cut vertex] texture coordinates 0..1; v runs down, as in glTF.</summary>
    public required Vector2[] TexCoords { get; init; }

    /// <summary>3 T cut vertices: the triangles of <see cref="Mesh"/> in the same order.</summary>
    public required int[] CutTriangles { get; init; }

    /// <summary>The square texture; unused texels have the colour of what lies next to them.</summary>
    public required RgbImage Texture { get; init; }
}
