using System.Numerics;
using Selfie3D.Meshing;

namespace Selfie3D.Texturing;

/// <summary>The head as the camera sees it, on a small grid of pixels: how near its surface is.</summary>
internal sealed class HeadMap
{
    /// <summary>Pixels along the longer side of the head (some 280 mm).</summary>
    public const int Resolution = 320;

    /// <summary>Pixels around the head: what lies there is compared with what lies along the outline.</summary>
    public const int Surroundings = 18;

    public HeadMap(Mesh photoMesh)
    {
        var (min, max) = photoMesh.Bounds();
        Scale = Resolution / MathF.Max(1e-3f, MathF.Max(max.X - min.X, max.Y - min.Y));
        Origin = new Vector2(min.X, min.Y) - new Vector2(Surroundings / Scale);
        Width = (int)MathF.Ceiling((max.X - min.X) * Scale) + 2 * Surroundings;
        Height = (int)MathF.Ceiling((max.Y - min.Y) * Scale) + 2 * Surroundings;
        Depth = new float[Width * Height];
        Array.Fill(Depth, float.NegativeInfinity);
        Rasterize(photoMesh);
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Photo coordinates of the upper left corner.</summary>
    public Vector2 Origin { get; }

    /// <summary>Pixels of the map per photo pixel.</summary>
    public float Scale { get; }

    /// <summary>[y, x] photo depth, largest = nearest; NegativeInfinity beside the head.</summary>
    public float[] Depth { get; }

    public bool IsHead(int at) => !float.IsNegativeInfinity(Depth[at]);

    /// <summary>Photo coordinates of the middle of a pixel.</summary>
    public Vector2 PhotoOf(int x, int y) => Origin + new Vector2(x + 0.5f, y + 0.5f) / Scale;

    private void Rasterize(Mesh mesh)
    {
        ReadOnlySpan<int> triangles = mesh.Triangles;
        var points = new Vector3[mesh.VertexCount];
        for (var k = 0; k < points.Length; k++)
        {
            var p = mesh.Positions[k];
            points[k] = new Vector3((p.X - Origin.X) * Scale, (p.Y - Origin.Y) * Scale, p.Z);
        }
        for (var t = 0; t < triangles.Length; t += 3)
        {
            Vector3 a = points[triangles[t]], b = points[triangles[t + 1]], c = points[triangles[t + 2]];
            var area = (b.X - a.X) * (c.Y - a.Y) - (b.Y - a.Y) * (c.X - a.X);
            if (!(area < 0)) continue; // counter-clockwise in the head frame is clockwise in the photo, y down
            var rows = new TexelRows(a.AsVector2(), b.AsVector2(), c.AsVector2(), Width, 0, Height);
            while (rows.MoveNext())
            {
                var row = rows.Current;
                for (var x = row.First; x <= row.Last; x++)
                {
                    var weights = row.Start + (x - row.First) * rows.Step;
                    var depth = a.Z + weights.X * (b.Z - a.Z) + weights.Y * (c.Z - a.Z);
                    ref var nearest = ref Depth[row.Y * Width + x];
                    if (depth > nearest) nearest = depth;
                }
            }
        }
    }
}
