using System.Numerics;
using Selfie3D.Meshing;

namespace Selfie3D.Texturing;

/// <summary>The mesh cut open and laid onto a square texture.</summary>
internal sealed class Atlas
{
    private Atlas(int[] cutVertices, Vector2[] texels, int[] cutTriangles, int[] order, int size)
    {
        CutVertices = cutVertices;
        Texels = texels;
        CutTriangles = cutTriangles;
        TrianglesByChart = order;
        Bands = new TriangleBands(order.Length, size, k =>
        {
            var t = 3 * order[k];
            float a = texels[cutTriangles[t]].Y, b = texels[cutTriangles[t + 1]].Y, c = texels[cutTriangles[t + 2]].Y;
            return (float.MinNative(a, float.MinNative(b, c)), float.MaxNative(a, float.MaxNative(b, c)));
        });
    }

    /// <summary>[cut vertex] the vertex of the closed mesh.</summary>
    public int[] CutVertices { get; }

    /// <summary>[cut vertex] position on the texture, texels, y down.</summary>
    public Vector2[] Texels { get; }

    /// <summary>3 T cut vertices, in the order of the mesh's triangles.</summary>
    public int[] CutTriangles { get; }

    /// <summary>Triangle numbers, chart after chart: neighbours on the texture follow one another.</summary>
    public int[] TrianglesByChart { get; }

    /// <summary>Where in <see cref="TrianglesByChart"/> the triangles stand that reach each band of the texture's rows.</summary>
    public TriangleBands Bands { get; }

    /// <param name="headMesh">Closed mesh, head frame, metres.</param>
    /// <param name="view">Towards the camera, head frame.</param>
    /// <param name="size">Side of the texture, texels.</param>
    /// <param name="frontDetail">How many times finer the camera's side is.</param>
    public static Atlas Make(Mesh headMesh, Vector3 view, int size, float frontDetail)
    {
        var box = ChartAxes.BoxAround(view);
        var charts = new ChartMaker(headMesh, box).Make();
        var texel = AtlasPacker.Pack(charts, size, frontDetail);

        var cutVertices = new List<int>(headMesh.VertexCount * 5 / 4);
        var texels = new List<Vector2>(headMesh.VertexCount * 5 / 4);
        var cutTriangles = new int[headMesh.Triangles.Length];
        var order = new int[headMesh.TriangleCount];
        var ordered = 0;
        var cutOf = new int[headMesh.VertexCount];
        var chartOf = new int[headMesh.VertexCount]; // 1-based: the chart that cutOf belongs to
        for (var c = 0; c < charts.Count; c++)
        {
            var chart = charts[c];
            var scale = (chart.Side == 0 ? frontDetail : 1) / texel;
            var corner = new Vector2(chart.Place.X, chart.Place.Y) - chart.Min * scale;
            foreach (var t in chart.Triangles)
            {
                order[ordered++] = t;
                for (var k = 3 * t; k < 3 * t + 3; k++)
                {
                    var vertex = headMesh.Triangles[k];
                    if (chartOf[vertex] != c + 1)
                    {
                        chartOf[vertex] = c + 1;
                        cutOf[vertex] = cutVertices.Count;
                        cutVertices.Add(vertex);
                        texels.Add(corner + scale * box[chart.Side].Project(headMesh.Positions[vertex]).AsVector2());
                    }
                    cutTriangles[k] = cutOf[vertex];
                }
            }
        }
        return new Atlas([.. cutVertices], [.. texels], cutTriangles, order, size);
    }
}
