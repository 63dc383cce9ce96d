using Selfie3D.Texturing;

namespace Selfie3D.Tests.Texturing;

public sealed class TriangleBandsTests
{
    [Theory]
    [InlineData(8)]
    [InlineData(320)]
    [InlineData(1000)]
    public void InBand_AnyTriangles_ListsThoseThatReachItInTheirOrder(int rows)
    {
        var random = new Random(rows);
        var extents = Enumerable.Range(0, 500).Select(k =>
        {
            float top = (random.NextSingle() * 1.4f - 0.2f) * rows;
            return k % 7 == 0 ? (Top: 0f, Bottom: -1f) : (Top: top, Bottom: top + random.NextSingle() * 9);
        }).ToArray();
        var bands = new TriangleBands(extents.Length, rows, k => extents[k]);
        Assert.Equal(0, bands.Top(0));
        Assert.Equal(rows, bands.Bottom(TriangleBands.Count - 1));
        for (int band = 0; band < TriangleBands.Count; band++)
        {
            int[] listed = bands.InBand(band).ToArray();
            Assert.Equal(listed.Order().Distinct(), listed);
            Assert.DoesNotContain(listed, k => extents[k].Top > extents[k].Bottom);
            // Those with the middle of one of the band's rows.
            for (int k = 0; k < extents.Length; k++)
                if (Enumerable.Range(bands.Top(band), bands.Bottom(band) - bands.Top(band)).Any(row => row + 0.5f >= extents[k].Top && row + 0.5f <= extents[k].Bottom))
                    Assert.Contains(k, listed);
        }
    }
}
