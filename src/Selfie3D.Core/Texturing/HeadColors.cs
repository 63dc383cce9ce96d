using System.Numerics;
using Selfie3D.Imaging;
using Selfie3D.Meshing;
using Selfie3D.Regression;

namespace Selfie3D.Texturing;

/// <summary>A place on the head, as much of it as its colour depends on; linear over a triangle.</summary>
/// <param name="PlaceAndFacing">Photo frame position (pixels), and the cosine between skin and camera.</param>
/// <param name="FillAndHair">RGB 0..255 when neither the place nor its mirror image was seen, and how much hair it is, 0..1.</param>
/// <param name="MirrorFacing">The cosine between the mirrored skin and the camera.</param>
internal readonly record struct SkinPoint(Vector4 PlaceAndFacing, Vector4 FillAndHair, float MirrorFacing);

/// <summary>
/// The colour of every place of the head: the photo where the camera saw it, the photo at its mirror image where only the
/// other half was seen, and a smooth fill elsewhere, blended by how far each can be trusted.
/// </summary>
internal sealed class HeadColors
{
    // The skin itself must face the camera this much, whatever the depth map says about its neighbourhood.
    private const float OwnFacingLow = 0.02f, OwnFacingHigh = 0.2f;
    private const float MirrorTolerance = 1.3f; // heads are not quite symmetric
    private const float MirrorKnown = 0.6f;     // what a mirrored colour counts against a seen one when colours spread

    private readonly PhotoSampler _photo;
    private readonly HeadView _view;
    private readonly HairStrands _strands;
    // Photo frame to the photo frame of the mirror image: columns and offset of an affine map.
    private readonly Vector3 _mirrorX, _mirrorY, _mirrorZ, _mirrorOffset;

    /// <param name="photoMesh">The head in the photo frame.</param>
    /// <param name="headMesh">The same in the head frame.</param>
    /// <param name="photo">The whole photo.</param>
    /// <param name="frame">Between the two frames.</param>
    /// <param name="pixelsPerTexel">Photo pixels to a texel of the finest part of the texture.</param>
    /// <param name="parallel">Threads.</param>
    public HeadColors(Mesh photoMesh, Mesh headMesh, RgbImage photo, HeadFrame frame, float pixelsPerTexel, ParallelOptions parallel)
    {
        var (min, max) = photoMesh.Bounds();
        _photo = new PhotoSampler(photo, new Vector2(min.X, min.Y), new Vector2(max.X, max.Y), pixelsPerTexel, parallel);
        _view = new HeadView(photoMesh, photo, parallel);
        _strands = new HairStrands(frame);
        _mirrorOffset = Mirror(frame, Vector3.Zero);
        _mirrorX = Mirror(frame, 1000 * Vector3.UnitX) - _mirrorOffset;
        _mirrorY = Mirror(frame, 1000 * Vector3.UnitY) - _mirrorOffset;
        _mirrorZ = Mirror(frame, 1000 * Vector3.UnitZ) - _mirrorOffset;
        (_mirrorX, _mirrorY, _mirrorZ) = (_mirrorX / 1000, _mirrorY / 1000, _mirrorZ / 1000);
        Points = MakePoints(photoMesh, headMesh, parallel);
    }

    /// <summary>[vertex]</summary>
    public SkinPoint[] Points { get; }

    /// <summary>RGB 0..255.</summary>
    public Vector3 At(in SkinPoint point)
    {
        var place = point.PlaceAndFacing.AsVector3();
        var seen = SeenAt(place, point.PlaceAndFacing.W);
        if (seen >= 0.999f) return _photo.At(place.X, place.Y);

        var color = point.FillAndHair.AsVector3();
        if (point.FillAndHair.W > 0.01f) color *= 1 + point.FillAndHair.W * _strands.At(place);
        var mirrored = MirrorOf(place);
        var mirrorSeen = MirrorSeenAt(mirrored, point.MirrorFacing);
        if (mirrorSeen > 0) color = Vector3.Lerp(color, _photo.At(mirrored.X, mirrored.Y), mirrorSeen);
        if (seen > 0) color = Vector3.Lerp(color, _photo.At(place.X, place.Y), seen);
        return color;
    }

    private float SeenAt(Vector3 place, float facing) =>
        facing <= OwnFacingLow ? 0 : _view.TrustAt(place) * HeadView.Smooth(OwnFacingLow, OwnFacingHigh, facing);

    private float MirrorSeenAt(Vector3 mirrored, float facing) =>
        facing <= OwnFacingLow ? 0 : _view.TrustAt(mirrored, MirrorTolerance) * HeadView.Smooth(OwnFacingLow, OwnFacingHigh, facing);

    private Vector3 MirrorOf(Vector3 place) => _mirrorOffset + place.X * _mirrorX + place.Y * _mirrorY + place.Z * _mirrorZ;

    private static Vector3 Mirror(HeadFrame frame, Vector3 photo) => frame.ToPhoto(frame.ToHead(photo) * new Vector3(-1, 1, 1));

    private SkinPoint[] MakePoints(Mesh photoMesh, Mesh headMesh, ParallelOptions parallel)
    {
        var count = photoMesh.VertexCount;
        var points = new SkinPoint[count];
        var colors = new Vector3[count];
        var seen = new float[count];
        var known = new float[count];
        ForVertices(count, parallel, k =>
        {
            var place = photoMesh.Positions[k];
            var normal = photoMesh.Normals[k];
            // The mirror map is a reflection, so directions go through its columns alone.
            var mirrorFacing = normal.X * _mirrorX.Z + normal.Y * _mirrorY.Z + normal.Z * _mirrorZ.Z;
            var mirrored = MirrorOf(place);
            seen[k] = SeenAt(place, normal.Z);
            var mirrorSeen = MirrorSeenAt(mirrored, mirrorFacing) * (1 - seen[k]);
            known[k] = seen[k] + MirrorKnown * mirrorSeen;
            if (known[k] > 0)
                colors[k] = (seen[k] * _photo.At(place.X, place.Y) + MirrorKnown * mirrorSeen * _photo.At(mirrored.X, mirrored.Y)) / known[k];
            points[k] = new SkinPoint(new Vector4(place, normal.Z), default, mirrorFacing);
        });

        var prior = new HairPrior(headMesh.Positions, colors, seen);
        var field = new ColorField(headMesh.Positions, colors, known, AreaPerVertex(headMesh));
        ForVertices(count, parallel, k =>
        {
            var (color, hair) = prior.At(headMesh.Positions[k]);
            points[k] = points[k] with { FillAndHair = new Vector4(field.At(headMesh.Positions[k], color), hair) };
        });
        return points;
    }

    private static float AreaPerVertex(Mesh mesh)
    {
        var area = 0.0;
        for (var t = 0; t < mesh.Triangles.Length; t += 3)
        {
            var a = mesh.Positions[mesh.Triangles[t]];
            area += Vector3.Cross(mesh.Positions[mesh.Triangles[t + 1]] - a, mesh.Positions[mesh.Triangles[t + 2]] - a).Length() / 2;
        }
        return (float)Math.Max(1e-12, area / mesh.VertexCount);
    }

    private static void ForVertices(int count, ParallelOptions parallel, Action<int> body)
    {
        const int Chunk = 2048;
        Parallel.For(0, (count + Chunk - 1) / Chunk, parallel, chunk =>
        {
            for (var k = chunk * Chunk; k < Math.Min(count, (chunk + 1) * Chunk); k++) body(k);
        });
    }
}
