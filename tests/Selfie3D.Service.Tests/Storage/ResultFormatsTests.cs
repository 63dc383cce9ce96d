using Selfie3D.Service.Storage;

namespace Selfie3D.Service.Tests.Storage;

public sealed class ResultFormatsTests
{
    [Fact]
    public void Of_Nothing_IsTheUsualFiles_TheDocumentLast() =>
        Assert.Equal(["glb", "glb-compressed", "obj", "ply", "stl", "preview", "json"], ResultFormats.Of(null).Select(format => format.Name));

    [Fact]
    public void Of_Names_AreThoseAndTheDocument() =>
        Assert.Equal(["stl", "usdz", "json"], ResultFormats.Of(["usdz", "stl"]).Select(format => format.Name));

    [Theory]
    [InlineData("glb", "glb")]
    [InlineData("usdz, glb,usdz", "usdz glb")]
    [InlineData("fbx", null)]
    [InlineData("glb,", null)]
    [InlineData("", null)]
    [InlineData("GLB", null)]
    public void TryRead_Text_IsItsNamesOrNothing(string text, string? expected)
    {
        Assert.Equal(expected is not null, ResultFormats.TryRead(text, out var names));
        Assert.Equal(expected?.Split(' '), names);
    }

    [Fact]
    public void FileNames_AreDifferent() =>
        Assert.Equal(ResultFormats.All.Count, ResultFormats.All.Select(format => format.FileName).Distinct().Count());
}
