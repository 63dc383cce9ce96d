using System.Numerics;
using Selfie3D.Imaging;
using Selfie3D.Texturing;

namespace Selfie3D.Export;

/// <summary>One view of a head: a z-buffer, the texture, soft light from the upper left, and darker folds.</summary>
internal sealed class PreviewView
{
    private static readonly Vector3 Key = Vector3.Normalize(new Vector3(-0.45f, 0.55f, 0.8f));
    private static readonly Vector3 ClayColor = new(205, 198, 190);

    private readonly int _size, _samples; // pixels of the view, samples along its side
    private readonly TexturedMesh _head;
    private readonly PreviewOptions _options;
    private readonly ParallelOptions _parallel;
    private readonly float[] _near;      // [sample] 1 / distance, 0 for none
    private readonly Vector4[] _colors;  // [sample] RGB 0..255 and 1, or the background and 0
    private readonly Vector4[] _screen;  // [vertex] x, y (samples, y down), 1 / distance, -
    private readonly Vector3[] _normals; // [vertex] camera axes: right, up, towards the camera

    public PreviewView(TexturedMesh head, PreviewOptions options)
    {
        _size = options.ViewSize;
        _samples = _size * options.Supersampling;
        _head = head;
        _options = options;
        _parallel = new ParallelOptions { MaxDegreeOfParallelism = options.MaxThreads };
        _near = new float[_samples * _samples];
        _colors = new Vector4[_samples * _samples];
        _screen = new Vector4[head.Mesh.VertexCount];
        _normals = new Vector3[head.Mesh.VertexCount];
    }

    public RgbImage Draw(float yawDegrees, PreviewCamera camera)
    {
        // Turning the head to the left edge of the picture is a turn about +y that brings +z towards -x.
        var turn = Matrix4x4.CreateRotationY(-yawDegrees * MathF.PI / 180) * Matrix4x4.CreateRotationX(_options.ElevationDegrees * MathF.PI / 180);
        var focal = _samples / 2f / camera.Radius * camera.Distance;
        var mesh = _head.Mesh;
        for (var k = 0; k < mesh.VertexCount; k++)
        {
            var p = Vector3.Transform(mesh.Positions[k] - camera.Middle, turn);
            var near = 1 / (camera.Distance - p.Z);
            _screen[k] = new Vector4(_samples / 2f + focal * p.X * near, _samples / 2f - focal * p.Y * near, near, 0);
            _normals[k] = Vector3.TransformNormal(mesh.Normals[k], turn);
        }
        var bands = new TriangleBands(mesh.TriangleCount, _samples, Extent);
        Parallel.For(0, TriangleBands.Count, _parallel, band => DrawBand(bands.InBand(band), bands.Top(band), bands.Bottom(band)));

        var view = new RgbImage(_size, _size);
        var folds = new PreviewFolds(_near, _samples, focal);
        Parallel.For(0, _size, _parallel, y => Shrink(y, folds, view));
        return view;
    }

    // Rows of a triangle; of one that is seen from behind, none.
    private (float Top, float Bottom) Extent(int t)
    {
        var triangles = _head.Mesh.Triangles.Slice(3 * t, 3);
        Vector4 a = _screen[triangles[0]], b = _screen[triangles[1]], c = _screen[triangles[2]];
        return (b.X - a.X) * (c.Y - a.Y) - (b.Y - a.Y) * (c.X - a.X) >= 0
            ? (0, -1)
            : (MathF.Min(a.Y, MathF.Min(b.Y, c.Y)), MathF.Max(a.Y, MathF.Max(b.Y, c.Y)));
    }

    private void DrawBand(ReadOnlySpan<int> inBand, int top, int bottom)
    {
        for (var y = top; y < bottom; y++)
        {
            var background = Vector3.Lerp(_options.BackgroundTop, _options.BackgroundBottom, (y + 0.5f) / _samples);
            _colors.AsSpan(y * _samples, _samples).Fill(new Vector4(background, 0));
        }
        Array.Fill(_near, 0, top * _samples, (bottom - top) * _samples);
        var triangles = _head.Mesh.Triangles;
        foreach (var triangle in inBand)
        {
            var t = 3 * triangle;
            Vector4 a = _screen[triangles[t]], b = _screen[triangles[t + 1]], c = _screen[triangles[t + 2]];
            foreach (var (x, y, u, v) in TexelCover.Of(a.AsVector2(), b.AsVector2(), c.AsVector2(), _samples, _samples, top, bottom))
            {
                var w = 1 - u - v;
                var near = w * a.Z + u * b.Z + v * c.Z;
                var at = y * _samples + x;
                if (near <= _near[at]) continue;
                _near[at] = near;
                // Weights in space rather than on the screen.
                float wb = u * b.Z / near, wc = v * c.Z / near;
                _colors[at] = new Vector4(Shade(t, 1 - wb - wc, wb, wc), 1);
            }
        }
    }

    private Vector3 Shade(int t, float wa, float wb, float wc)
    {
        var triangles = _head.Mesh.Triangles;
        var normal = Vector3.Normalize(wa * _normals[triangles[t]] + wb * _normals[triangles[t + 1]] + wc * _normals[triangles[t + 2]]);
        var key = MathF.Max(0, 0.3f + 0.7f * Vector3.Dot(normal, Key));
        var sky = 0.5f + 0.5f * normal.Y;
        if (_options.Clay) return ClayColor * (0.34f + 0.24f * sky + 0.55f * key);
        // The photo brings its own light; only a little more shows the shape.
        return Texel(t, wa, wb, wc) * (0.72f + 0.12f * sky + 0.28f * key);
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

    // The mean of a pixel's samples; what is head among them is darker in folds.
    private void Shrink(int row, PreviewFolds folds, RgbImage view)
    {
        var n = _options.Supersampling;
        for (var x = 0; x < _size; x++)
        {
            Vector4 head = Vector4.Zero, behind = Vector4.Zero;
            for (var v = 0; v < n; v++)
            {
                for (var u = 0; u < n; u++)
                {
                    var sample = _colors[(row * n + v) * _samples + x * n + u];
                    if (sample.W > 0) head += sample;
                    else behind += sample;
                }
            }
            if (head.W > 0) head *= folds.LightAt(x * n + n / 2, row * n + n / 2);
            TexturePainter.Store(view.Pixels.AsSpan(3 * (row * _size + x), 3), (head + behind) / (n * n));
        }
    }
}
