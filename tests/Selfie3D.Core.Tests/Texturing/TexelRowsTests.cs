using System.Numerics;
using Selfie3D.Texturing;

namespace Selfie3D.Tests.Texturing;

public sealed class TexelRowsTests
{
    private const int Size = 40;

    [Fact]
    public void Rows_AnyTriangle_CoverTheCentresInIt()
    {
        var random = new Random(5);
        for (int n = 0; n < 2000; n++)
        {
            // Some on the grid: edges through centres, upright and level ones.
            float step = n % 3 == 0 ? 0.5f : 0.001f, reach = n % 2 == 0 ? 4 : 60;
            var middle = new Vector2(random.Next(Size), random.Next(Size));
            Vector2 a = Corner(), b = Corner(), c = Corner();
            float area = Cross(b - a, c - a);
            if (MathF.Abs(area) < 1e-3f)
                continue;
            var covered = new bool[Size * Size];
            foreach (var (x, y, u, v) in TexelCover.Of(a, b, c, Size, Size, 0, Size))
            {
                covered[y * Size + x] = true;
                var at = a + u * (b - a) + v * (c - a);
                Assert.InRange(Vector2.Distance(at, new Vector2(x + 0.5f, y + 0.5f)), 0, 2e-3f);
            }

            for (int at = 0; at < covered.Length; at++)
            {
                var centre = new Vector2(at % Size + 0.5f, at / Size + 0.5f);
                float u = Cross(centre - a, c - a) / area, v = Cross(b - a, centre - a) / area, least = MathF.Min(1 - u - v, MathF.Min(u, v));
                if (MathF.Abs(least) > 1e-3f) // beside the edges roundings decide
                    Assert.Equal(least > 0, covered[at]);
            }

            Vector2 Corner() => middle + new Vector2(Rounded(), Rounded());
            float Rounded() => MathF.Round((random.NextSingle() - 0.5f) * reach / step) * step;
        }
    }

    private static float Cross(Vector2 a, Vector2 b) => a.X * b.Y - a.Y * b.X;
}
