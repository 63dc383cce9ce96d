using System.Numerics;
using Selfie3D.Texturing;

namespace Selfie3D.Export;

/// <summary>One view of a head: a z-buffer, the texture, and soft light from the upper left.</summary>
internal sealed class PreviewView
{
    private const int Bands = 16;
    private static readonly Vector3 Key = Vector3.Normalize(new Vector3(-0.45f, 0.55f, 0.8f));
    private static readonly Vector3 ClayColor = new(205, 198, 190);

    private readonly int _size;
    private readonly TexturedMesh _head;
    private readonly PreviewOptions _options;
    private readonly float[] _depth;
    private readonly Vector4[] _screen;  // [vertex] x, y (samples, y down), 1 / distance, -
    private readonly Vector3[] _normals; // [vertex] camera axes: right, up, towards the camera

    public PreviewView(int size, TexturedMesh head, PreviewOptions options)
    {
        _size = size;
        _head = head;
        _options = options;
        _depth = new float[size * size];
        Pixels = new Vector4[size * size];
        _screen = new Vector4[head.Mesh.VertexCount];
        _normals = new Vector3[head.Mesh.VertexCount];
    }

    /// <summary>[y, x] RGB 0..255.</summary>
    public Vector4[] Pixels { get; }

    public void Draw(float yawDegrees, Vector3 middle, float distance, float radius)
    {
        // Turning the head to the left edge of the picture is a turn about +y that brings +z towards -x.
        var turn = Matrix4x4.CreateRotationY(-yawDegrees * MathF.PI / 180) * Matrix4x4.CreateRotationX(_options.ElevationDegrees * MathF.PI / 180);
        var focal = _size / 2f / radius * distance;
        var mesh = _head.Mesh;
        for (var k = 0; k < mesh.VertexCount; k++)
        {
            var p = Vector3.Transform(mesh.Positions[k] - middle, turn);
            var near = 1 / (distance - p.Z);
            _screen[k] = new Vector4(_size / 2f + focal * p.X * near, _size / 2f - focal * p.Y * near, near, 0);
            _normals[k] = Vector3.TransformNormal(mesh.Normals[k], turn);
        }
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = _options.MaxThreads };
        Parallel.For(0, Bands, parallel, band => DrawBand(_size * band / Bands, _size * (band + 1) / Bands));
    }

    private void DrawBand(int top, int bottom)
    {
        for (var y = top; y < bottom; y++)
        {
            var background = Vector3.Lerp(_options.BackgroundTop, _options.BackgroundBottom, (y + 0.5f) / _size);
            Pixels.AsSpan(y * _size, _size).Fill(new Vector4(background, 0));
        }
        Array.Fill(_depth, 0, top * _size, (bottom - top) * _size);
        var triangles = _head.Mesh.Triangles;
        for (var t = 0; t < triangles.Length; t += 3)
        {
            Vector4 a = _screen[triangles[t]], b = _screen[triangles[t + 1]], c = _screen[triangles[t + 2]];
            if ((b.X - a.X) * (c.Y - a.Y) - (b.Y - a.Y) * (c.X - a.X) >= 0) continue; // seen from behind
            if (MathF.Max(a.Y, MathF.Max(b.Y, c.Y)) < top || MathF.Min(a.Y, MathF.Min(b.Y, c.Y)) > bottom) continue;
            var cover = TexelCover.Of(new Vector2(a.X, a.Y), new Vector2(b.X, b.Y), new Vector2(c.X, c.Y), _size, _size, top, bottom);
            foreach (var (x, y, u, v) in cover)
            {
                var w = 1 - u - v;
                var near = w * a.Z + u * b.Z + v * c.Z;
                var at = y * _size + x;
                if (near <= _depth[at]) continue;
                _depth[at] = near;
                // Weights in space rather than on the screen.
                float wb = u * b.Z / near, wc = v * c.Z / near;
                Pixels[at] = new Vector4(Shade(t, 1 - wb - wc, wb, wc), 1);
            }
        }
    }

    private Vector3 Shade(int t, float wa, float wb, float wc)
    {
        var triangles = _head.Mesh.Triangles;
        var normal = Vector3.Normalize(wa * _normals[triangles[t]] + wb * _normals[triangles[t + 1]] + wc * _normals[triangles[t + 2]]);
        var key = MathF.Max(0, 0.25f + 0.75f * Vector3.Dot(normal, Key));
        var sky = 0.5f + 0.5f * normal.Y;
        if (_options.Clay) return ClayColor * (0.32f + 0.22f * sky + 0.55f * key);
        // The photo brings its own light; only a little more shows the shape.
        return Texel(t, wa, wb, wc) * (0.74f + 0.1f * sky + 0.24f * key);
    }

    private Vector3 Texel(int t, float wa, float wb, float wc)
    {
        var cut = _head.CutTriangles;
        var uv = wa * _head.TexCoords[cut[t]] + wb * _head.TexCoords[cut[t + 1]] + wc * _head.TexCoords[cut[t + 2]];
        var texture = _head.Texture;
        var x = Math.Clamp(uv.X * texture.Width - 0.5f, 0, texture.Width - 1.001f);
        var y = Math.Clamp(uv.Y * texture.Height - 0.5f, 0, texture.Height - 1.001f);
        int left = (int)x, top = (int)y;
        var at = 3 * (top * texture.Width + left);
        var upper = Vector3.Lerp(Rgb(at), Rgb(at + 3), x - left);
        var lower = Vector3.Lerp(Rgb(at + 3 * texture.Width), Rgb(at + 3 * texture.Width + 3), x - left);
        return Vector3.Lerp(upper, lower, y - top);
    }

    private Vector3 Rgb(int at)
    {
        var pixels = _head.Texture.Pixels;
        return new Vector3(pixels[at], pixels[at + 1], pixels[at + 2]);
    }
}
