using System.Numerics;
using System.Text.Json;
using Selfie3D.Export;
using Selfie3D.Imaging;
using Selfie3D.Meshing;
using Selfie3D.Tests.Meshing;
using Selfie3D.Texturing;

namespace Selfie3D.Tests.Export.Draco;

/// <summary>Surfaces that heads seldom are, read back by Google's decoder.</summary>
public sealed class DracoEncoderTests : IDisposable
{
    private const int TexelSteps = (1 << 14) - 1;
    private static readonly Vector3 Middle = new(16);
    private static readonly Mesh Sphere = Make(Shapes.Sphere(Middle, 11));

    // Two handles, through both of which the walk over the surface meets itself.
    private static readonly Mesh Handles = Make(Shapes.Union(Shapes.Torus(Middle - new Vector3(5, 0, 0), 6, 2.5f), Shapes.Torus(Middle + new Vector3(5, 0, 0), 6, 2.5f)));
    private static readonly Mesh Pieces = Make(Shapes.Union(Shapes.Torus(Middle - new Vector3(0, 0, 6), 9, 3), Shapes.Sphere(Middle + new Vector3(0, 0, 8), 4)));
    private static readonly Mesh Tetrahedron = new(
        [Vector3.Zero, Vector3.UnitX, Vector3.UnitY, Vector3.UnitZ],
        [-Vector3.One / MathF.Sqrt(3), Vector3.UnitX, Vector3.UnitY, -Vector3.UnitZ],
        [0, 2, 1, 0, 1, 3, 1, 2, 3, 0, 3, 2]);

    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    public static TheoryData<string, string> Surfaces => new MatrixTheoryData<string, string>(
        ["sphere", "handles", "pieces", "tetrahedron"], ["nowhere", "halves", "everywhere"]);

    [Theory]
    [MemberData(nameof(Surfaces))]
    public void Encode_AnyClosedSurface_ComesBackWhole(string shape, string cuts)
    {
        var mesh = shape switch { "sphere" => Sphere, "handles" => Handles, "pieces" => Pieces, _ => Tetrahedron };
        var head = Cut(mesh, cuts);

        using (var stream = File.Create(_file))
            GlbExporter.Write(head, stream, new GlbOptions { Packing = GlbPacking.Draco });
        using var read = JsonDocument.Parse(OutsideTools.ReadWithThree(_file));

        Assert.Equal(head.CutVertices.Length, read.RootElement.GetProperty("vertices").GetInt32());
        float[] places = Floats("corners"), texels = Floats("texCoords"), normals = Floats("normals");
        // Every cut vertex has texture coordinates of its own, by which it is known again.
        int[] vertices = [.. Enumerable.Range(0, texels.Length / 2).Select(k => Number(texels[2 * k]) + (TexelSteps + 1) * Number(texels[2 * k + 1]))];
        Assert.Equal(Triangles(head.CutTriangles), Triangles(vertices));
        var (low, high) = mesh.Bounds();
        var size = high - low;
        float half = MathF.Max(size.X, MathF.Max(size.Y, size.Z)) / TexelSteps / 2 + 2e-6f;
        for (int k = 0; k < vertices.Length; k++)
        {
            int vertex = head.CutVertices[vertices[k]];
            var offset = Vector3.Abs(At(places, k) - mesh.Positions[vertex]);
            Assert.InRange(MathF.Max(offset.X, MathF.Max(offset.Y, offset.Z)), 0, half);
            Assert.InRange(Vector3.Dot(At(normals, k), mesh.Normals[vertex]), MathF.Cos(1.2f * MathF.PI / 180), 1.00001f);
        }

        float[] Floats(string name) => [.. read.RootElement.GetProperty(name).EnumerateArray().Select(value => value.GetSingle())];
        static int Number(float texel) => (int)MathF.Round(texel * TexelSteps);
        static Vector3 At(float[] values, int k) => new(values[3 * k], values[3 * k + 1], values[3 * k + 2]);
    }

    [Fact]
    public void Encode_TextureOfOnePoint_ComesBack()
    {
        var head = Cut(Sphere, "nowhere");
        Array.Clear(head.TexCoords);
        using (var stream = File.Create(_file))
            GlbExporter.Write(head, stream, new GlbOptions { Packing = GlbPacking.Draco });
        using var read = JsonDocument.Parse(OutsideTools.ReadWithThree(_file));
        Assert.Equal(Sphere.TriangleCount, read.RootElement.GetProperty("triangles").GetInt32());
        Assert.All(read.RootElement.GetProperty("texCoords").EnumerateArray(), value => Assert.Equal(0, value.GetSingle()));
    }

    [Fact]
    public void Encode_OpenSurface_IsRefused()
    {
        var open = new Mesh(Tetrahedron.Positions.ToArray(), Tetrahedron.Normals.ToArray(), Tetrahedron.Triangles.ToArray()[3..]);
        Assert.Throws<ArgumentException>(() => GlbExporter.Write(Cut(open, "nowhere"), Stream.Null, new GlbOptions { Packing = GlbPacking.Draco }));
    }

    private static Mesh Make(Func<Vector3, float> distance)
    {
        var mesh = Isosurface.Extract(Shapes.Volume(32, distance));
        // As heads come: metres, counter-clockwise from outside.
        return new Mesh(
            Array.ConvertAll(mesh.Positions.ToArray(), p => p * new Vector3(1, -1, 1) / 100),
            Array.ConvertAll(mesh.Normals.ToArray(), n => n * new Vector3(1, -1, 1)),
            mesh.Triangles.ToArray());
    }

    private static TexturedMesh Cut(Mesh mesh, string cuts)
    {
        var numbers = new Dictionary<(int Vertex, int Piece), int>();
        var vertices = new List<int>();
        int[] triangles = [.. mesh.Triangles.ToArray().Select((vertex, corner) =>
        {
            int triangle = corner / 3;
            int piece = cuts switch { "nowhere" => 0, "halves" => mesh.Positions[mesh.Triangles[3 * triangle]].X < mesh.Positions[0].X ? 0 : 1, _ => triangle };
            if (numbers.TryAdd((vertex, piece), vertices.Count))
                vertices.Add(vertex);
            return numbers[(vertex, piece)];
        })];
        return new TexturedMesh
        {
            Mesh = mesh,
            VertexColors = new byte[3 * mesh.VertexCount],
            CutVertices = [.. vertices],
            TexCoords = [.. vertices.Select((_, k) => new Vector2(k % (TexelSteps + 1), k / (TexelSteps + 1)) / TexelSteps)],
            CutTriangles = triangles,
            Texture = new RgbImage(4, 4),
        };
    }

    // Each with its smallest corner first, in order.
    private static IEnumerable<(int, int, int)> Triangles(int[] corners) => corners.Chunk(3).Select(t =>
    {
        int first = Array.IndexOf(t, t.Min());
        return (t[first], t[(first + 1) % 3], t[(first + 2) % 3]);
    }).Order();
}
