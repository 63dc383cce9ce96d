using Selfie3D.Detection;

namespace Selfie3D.Tests.Detection;

public sealed class FaceChoiceTests
{
    private static readonly FaceBox Large = new(300, 200, 200, 200, 0, 0.8f);
    private static readonly FaceBox Small = new(20, 20, 60, 60, 0, 0.95f);
    private static readonly FaceBox Tiny = new(500, 20, 12, 12, 0, 0.95f);

    [Fact]
    public void Main_SeveralFaces_TakesTheLargeCentralOne() =>
        Assert.Equal(Large, FaceChoice.Main([Small, Tiny, Large], 800, 600));

    [Fact]
    public void Main_LargerFaceCutOffByTheEdge_TakesTheWholeOne()
    {
        var cutOff = new FaceBox(640, 200, 220, 220, 0, 0.9f);

        Assert.Equal(Large, FaceChoice.Main([cutOff, Large], 800, 600));
        Assert.Equal(cutOff, FaceChoice.Main([cutOff, Small], 800, 600));
    }

    [Fact]
    public void Main_NoFace_SaysSo() =>
        Assert.Equal(ErrorCodes.NoFace, Assert.Throws<SelfieException>(() => FaceChoice.Main([], 800, 600)).Code);

    [Fact]
    public void Main_OnlyATinyFace_SaysHowLargeItIs()
    {
        var error = Assert.Throws<SelfieException>(() => FaceChoice.Main([Tiny], 800, 600));

        Assert.Equal(ErrorCodes.FaceTooSmall, error.Code);
        Assert.Contains("12 pixels", error.Message);
        Assert.Contains("30", error.Message);
    }

    [Fact]
    public void All_SeveralFaces_LargestFirstWithoutTinyOnes() =>
        Assert.Equal([Large, Small], FaceChoice.All([Small, Tiny, Large]));

    [Fact]
    public void At_FoundFace_TakesTheFoundBox() =>
        Assert.Equal(Small, FaceChoice.At(new FaceBox(10, 10, 80, 80, 0, 0), [Small, Large], 800, 600));

    [Fact]
    public void At_NothingFoundThere_TakesTheGivenBox()
    {
        var place = new FaceBox(600, 400, 90, 80, 0, 0);

        Assert.Equal(place, FaceChoice.At(place, [Small, Large], 800, 600));
        Assert.Equal(place, FaceChoice.At(place, [], 800, 600));
    }

    [Fact]
    public void At_OutsideThePhoto_SaysSo() => Assert.Equal(ErrorCodes.NoFace,
        Assert.Throws<SelfieException>(() => FaceChoice.At(new FaceBox(900, 0, 50, 50, 0, 0), [Large], 800, 600)).Code);
}
