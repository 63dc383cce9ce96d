using Selfie3D.Meshing;

namespace Selfie3D.Tests.Meshing;

public sealed class CubeLoopsTests
{
    [Fact]
    public void Tables_EveryCase_PutExactlyTheCutEdgesIntoLoopsOfThreeOrMore()
    {
        for (var corners = 0; corners < 256; corners++)
        {
            var sizes = new int[4];
            for (var edge = 0; edge < CubeLoops.Edges; edge++)
            {
                int first = CubeLoops.FirstCorner(edge), second = first | 1 << (edge >> 2);
                var cut = (corners >> first & 1) != (corners >> second & 1);
                var loop = CubeLoops.LoopOfEdge[corners * CubeLoops.Edges + edge];
                Assert.Equal(cut, loop != CubeLoops.NoLoop);
                if (cut) sizes[loop]++;
            }
            for (var loop = 0; loop < 4; loop++)
                Assert.True(loop < CubeLoops.Count[corners] ? sizes[loop] >= 3 : sizes[loop] == 0, $"case {corners}");
        }
    }

    [Fact]
    public void Tables_OutsideCornersAcrossAFace_AreCutOffOneByOne()
    {
        // Corners 0 and 3 outside, all others inside: two loops of three edges.
        var corners = 255 & ~(1 << 0 | 1 << 3);
        Assert.Equal(2, CubeLoops.Count[corners]);
        // The other way about: one loop of six edges, which runs over the face z = 0 twice.
        Assert.Equal(1, CubeLoops.Count[1 << 0 | 1 << 3]);
        Assert.Equal(1 << 4, CubeLoops.FacesMetTwice[1 << 0 | 1 << 3]);
    }
}
