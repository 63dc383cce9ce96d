using System.Numerics;
using Selfie3D.Imaging;
using Selfie3D.Meshing;

namespace Selfie3D.Texturing;

/// <summary>
/// What the camera saw of the head and how well: a depth map of the mesh in the photo, and for every place of it a trust
/// that fades to nothing where the skin turns away and towards outlines, so that neither background nor the rim colours of
/// hair and skin get into the texture.
/// </summary>
internal sealed class HeadView
{
    /// <summary>Pixels along the longer side of the head in the maps.</summary>
    private const int Resolution = 384;
    // Cosine between skin and camera where trust begins and where it is full.
    private const float GrazingCosine = 0.14f, FacingCosine = 0.4f;
    // Distance from an outline where trust begins and where it is full, in pixels of the maps (a head is 250 mm or so).
    private const float NoTrustPixels = 3.5f, FullTrustPixels = 11f;
    // A step in depth between neighbouring pixels that makes an outline, in pixels of the maps.
    private const float DepthStep = 9f;
    // Depth between a point and the surface seen there: the same skin below the first, hidden from the second on.
    private const float SameSkinPixels = 4f, HiddenPixels = 9f;

    // Pixels of the maps around the head: what lies there is compared with what lies along the outline.
    private const int Surroundings = 22;

    private readonly float[] _depth; // [y, x] photo depth, largest = nearest; NegativeInfinity for none
    private readonly float[] _trust; // [y, x] 0..1
    private readonly int _width, _height;
    private readonly Vector2 _origin;
    private readonly float _scale;   // map pixels per photo pixel

    public HeadView(Mesh photoMesh, RgbImage photo, ParallelOptions parallel)
    {
        var (min, max) = photoMesh.Bounds();
        _scale = Resolution / MathF.Max(1e-3f, MathF.Max(max.X - min.X, max.Y - min.Y));
        _origin = new Vector2(min.X, min.Y) - new Vector2(Surroundings / _scale);
        _width = (int)MathF.Ceiling((max.X - min.X) * _scale) + 2 * Surroundings;
        _height = (int)MathF.Ceiling((max.Y - min.Y) * _scale) + 2 * Surroundings;
        _depth = new float[_width * _height];
        Array.Fill(_depth, float.NegativeInfinity);
        var facing = new float[_width * _height];
        Rasterize(photoMesh, facing);
        _trust = Trust(facing, photo, parallel);
    }

    /// <summary>How far the photo can be trusted at a point of the skin, 0..1.</summary>
    /// <param name="photo">The point, photo frame.</param>
    /// <param name="tolerance">How many times the usual depth difference still counts as the same skin.</param>
    public float TrustAt(Vector3 photo, float tolerance = 1)
    {
        var x = (photo.X - _origin.X) * _scale - 0.5f;
        var y = (photo.Y - _origin.Y) * _scale - 0.5f;
        if (!(x >= 0 && y >= 0 && x < _width - 1 && y < _height - 1)) return 0;
        int left = (int)x, top = (int)y;
        float fx = x - left, fy = y - top;
        var at = top * _width + left;
        var trust = (_trust[at] * (1 - fx) + _trust[at + 1] * fx) * (1 - fy)
            + (_trust[at + _width] * (1 - fx) + _trust[at + _width + 1] * fx) * fy;
        if (trust <= 0) return 0;
        var nearest = (fy < 0.5f ? at : at + _width) + (fx < 0.5f ? 0 : 1);
        var apart = MathF.Abs(_depth[nearest] - photo.Z) * _scale / tolerance;
        return trust * (1 - Smooth(SameSkinPixels, HiddenPixels, apart));
    }

    /// <summary>0 below <paramref name="low"/>, 1 above <paramref name="high"/>, smooth between.</summary>
    public static float Smooth(float low, float high, float value)
    {
        var t = Math.Clamp((value - low) / (high - low), 0, 1);
        return t * t * (3 - 2 * t);
    }

    private void Rasterize(Mesh mesh, float[] facing)
    {
        for (var t = 0; t < mesh.Triangles.Length; t += 3)
        {
            int i = mesh.Triangles[t], j = mesh.Triangles[t + 1], k = mesh.Triangles[t + 2];
            Vector3 a = ToMap(mesh.Positions[i]), b = ToMap(mesh.Positions[j]), c = ToMap(mesh.Positions[k]);
            var area = (b.X - a.X) * (c.Y - a.Y) - (b.Y - a.Y) * (c.X - a.X);
            if (!(area < 0)) continue; // counter-clockwise in the head frame is clockwise in the photo, y down
            var x0 = Math.Max(0, (int)MathF.Ceiling(MathF.Min(a.X, MathF.Min(b.X, c.X)) - 0.5f));
            var x1 = Math.Min(_width - 1, (int)MathF.Floor(MathF.Max(a.X, MathF.Max(b.X, c.X)) - 0.5f));
            var y0 = Math.Max(0, (int)MathF.Ceiling(MathF.Min(a.Y, MathF.Min(b.Y, c.Y)) - 0.5f));
            var y1 = Math.Min(_height - 1, (int)MathF.Floor(MathF.Max(a.Y, MathF.Max(b.Y, c.Y)) - 0.5f));
            float na = mesh.Normals[i].Z, nb = mesh.Normals[j].Z, nc = mesh.Normals[k].Z;
            for (var y = y0; y <= y1; y++)
            {
                for (var x = x0; x <= x1; x++)
                {
                    float px = x + 0.5f - a.X, py = y + 0.5f - a.Y;
                    var u = (px * (c.Y - a.Y) - py * (c.X - a.X)) / area;
                    var v = ((b.X - a.X) * py - (b.Y - a.Y) * px) / area;
                    if (u < -1e-4f || v < -1e-4f || u + v > 1.0001f) continue;
                    var depth = a.Z + u * (b.Z - a.Z) + v * (c.Z - a.Z);
                    var at = y * _width + x;
                    if (depth <= _depth[at]) continue;
                    _depth[at] = depth;
                    facing[at] = na + u * (nb - na) + v * (nc - na);
                }
            }
        }
    }

    private Vector3 ToMap(Vector3 photo) =>
        new((photo.X - _origin.X) * _scale, (photo.Y - _origin.Y) * _scale, photo.Z);

    private float[] Trust(float[] facing, RgbImage photo, ParallelOptions parallel)
    {
        var step = DepthStep / _scale;
        var (left, top, right, bottom) = PhotoContent.Bounds(photo);
        var head = new bool[_depth.Length];
        var known = new bool[_depth.Length]; // within the photo
        var distance = new float[_depth.Length]; // from the nearest outline
        for (var y = 0; y < _height; y++)
        {
            var photoY = _origin.Y + (y + 0.5f) / _scale;
            for (var x = 0; x < _width; x++)
            {
                var at = y * _width + x;
                var photoX = _origin.X + (x + 0.5f) / _scale;
                known[at] = photoX >= 0 && photoY >= 0 && photoX < photo.Width && photoY < photo.Height;
                var content = photoX >= left && photoY >= top && photoX < right && photoY < bottom;
                head[at] = !float.IsNegativeInfinity(_depth[at]);
                var edge = x == 0 || y == 0 || x == _width - 1 || y == _height - 1;
                distance[at] = !content || edge || IsOutline(at, step) ? 0 : DistanceMap.Far;
            }
        }
        var far = new Vector2(_origin.X + _width / _scale, _origin.Y + _height / _scale);
        var colors = new PhotoSampler(photo, Vector2.Max(_origin, Vector2.Zero), far, 1 / _scale, parallel);
        var background = OutlineEvidence.Background(
            head, known, _width, _height, (x, y) => colors.At(_origin.X + (x + 0.5f) / _scale, _origin.Y + (y + 0.5f) / _scale));
        for (var at = 0; at < distance.Length; at++) if (background[at]) distance[at] = 0;

        DistanceMap.Spread(distance, null, _width, _height);
        for (var at = 0; at < distance.Length; at++)
            distance[at] = Smooth(GrazingCosine, FacingCosine, facing[at]) * Smooth(NoTrustPixels, FullTrustPixels, distance[at]);
        return distance;
    }

    // The farther pixel of a step; the nearer side is kept honest by its own turning away.
    private bool IsOutline(int at, float step)
    {
        var depth = _depth[at];
        return float.IsNegativeInfinity(depth)
            || _depth[at - 1] - depth > step || _depth[at + 1] - depth > step
            || _depth[at - _width] - depth > step || _depth[at + _width] - depth > step;
    }
}
