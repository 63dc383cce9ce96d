using System.Numerics;
using System.Runtime.Intrinsics;
using Selfie3D.Meshing;

namespace Selfie3D.Tests.Meshing;

public sealed class QuadBatchTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(63)]
    [InlineData(65)]
    [InlineData(200)]
    public void Emit_CrookedQuads_CutsAsOneByOne(int count)
    {
        var random = new Random(count);
        var points = new Vector128<float>[300];
        var normals = new Vector128<float>[300];
        for (var k = 0; k < points.Length; k++)
        {
            points[k] = new Vector3(random.NextSingle(), random.NextSingle(), random.NextSingle()).AsVector128();
            normals[k] = Vector3.Normalize(new Vector3(random.NextSingle(), random.NextSingle(), random.NextSingle() - 0.5f)).AsVector128();
        }
        var quads = Enumerable.Range(0, count).Select(_ => new[] { random.Next(300), random.Next(300), random.Next(300), random.Next(300) }).ToArray();
        var expected = new List<int>();
        var expectedSuspect = new bool[300];
        foreach (var quad in quads) Plain(quad, points, normals, expected, expectedSuspect);

        var triangles = new int[6 * count];
        var suspect = new bool[300];
        var batch = new QuadBatch(points, normals, suspect, triangles, stackalloc int[QuadBatch.BufferLength]);
        foreach (var quad in quads)
        {
            batch.AddIf(0, -1, -1, -1, -1);
            batch.AddIf(1, quad[0], quad[1], quad[2], quad[3]);
            batch.EmitFull();
        }
        batch.EmitRest();

        Assert.Equal(expected, triangles);
        Assert.Equal(expectedSuspect, suspect);
    }

    private static void Plain(int[] quad, Vector128<float>[] points, Vector128<float>[] normals, List<int> triangles, bool[] suspect)
    {
        Vector3 a = At(0), b = At(1), c = At(2), d = At(3);
        var cutAc = Evenness(Vector3.Cross(b - a, c - a), Vector3.Cross(c - a, d - a)) * MathF.Pow((d - b).LengthSquared(), 2)
            >= Evenness(Vector3.Cross(b - a, d - a), Vector3.Cross(c - b, d - b)) * MathF.Pow((c - a).LengthSquared(), 2);
        int[] cut = cutAc ? [0, 1, 2, 0, 2, 3] : [1, 2, 3, 1, 3, 0];
        triangles.AddRange(cut.Select(corner => quad[corner]));
        for (var k = 0; k < 6; k += 3)
        {
            var inward = Vector3.Normalize(Vector3.Cross(At(cut[k + 1]) - At(cut[k]), At(cut[k + 2]) - At(cut[k])));
            if (cut[k..(k + 3)].Any(corner => !(-Vector3.Dot(inward, normals[quad[corner]].AsVector3()) > 0.7f)))
                foreach (var vertex in quad) suspect[vertex] = true;
        }

        Vector3 At(int corner) => points[quad[corner]].AsVector3();

        static float Evenness(Vector3 first, Vector3 second)
        {
            var fold = Vector3.Dot(first, second);
            return fold <= 0 ? fold - 1 : MathF.Min(first.LengthSquared(), second.LengthSquared());
        }
    }
}
