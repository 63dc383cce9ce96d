using System.Text.Json;

namespace Selfie3D.Cli.Tests;

/// <summary>Good input, with the stub models.</summary>
public sealed class ReconstructTests : IDisposable
{
    private static readonly string[] AllFiles = ["a.glb", "a.json", "a.mtl", "a.obj", "a.ply", "a.png", "a.stl", "a_texture.jpg"];

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void OnePhoto_WritesEveryFile_QuietlyInAPipe()
    {
        string photo = _folder.WritePhoto("a.jpg", discs: (300, 220, 120));

        var result = Command.Reconstruct(photo, "--out", _folder.Path("out"));

        Assert.Equal((0, "", ""), (result.ExitCode, result.Output, result.Errors));
        Assert.Equal(AllFiles, _folder.Files("out"));
        Assert.All(Directory.GetFiles(_folder.Path("out")), file => Assert.NotEqual(0, new FileInfo(file).Length));
    }

    [Fact]
    public void Json_HasTheWholeSchema_InPhotoPixels()
    {
        // Larger than the decoder keeps it, so that all figures have to be scaled back.
        string photo = _folder.WritePhoto("a.jpg", 4000, 3000, (2600, 1400, 800));

        var result = Command.Reconstruct(photo, "--out", _folder.Path("out"), "--format", "glb", "--json");

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Equal(["a.glb", "a.json", "a.png"], _folder.Files("out"));
        using var line = JsonDocument.Parse(result.Output);
        using var file = JsonDocument.Parse(File.ReadAllText(_folder.Path("out/a.json")));
        Assert.Equal(photo, line.RootElement.GetProperty("input").GetString());
        Assert.Equal(3, line.RootElement.GetProperty("files").GetArrayLength());
        foreach (var root in new[] { line.RootElement, file.RootElement })
        {
            Assert.Equal(1, root.GetProperty("schemaVersion").GetInt32());
            Assert.Equal(4000, root.GetProperty("photo").GetProperty("width").GetInt32());
            Assert.Equal(3000, root.GetProperty("photo").GetProperty("height").GetInt32());
            var face = root.GetProperty("face");
            Assert.Equal(2600, face.GetProperty("x").GetDouble() + face.GetProperty("width").GetDouble() / 2, 12.0);
            Assert.Equal(1400, face.GetProperty("y").GetDouble() + face.GetProperty("height").GetDouble() / 2, 12.0);
            Assert.InRange(face.GetProperty("score").GetDouble(), 0.8, 1);
            var points = root.GetProperty("landmarks68").EnumerateArray().Select(p => p.EnumerateArray().Select(v => v.GetDouble()).ToArray()).ToArray();
            Assert.Equal(68, points.Length);
            Assert.All(points, p => Assert.Equal(3, p.Length));
            Assert.Equal(2600, (points.Min(p => p[0]) + points.Max(p => p[0])) / 2, 12.0);
            Assert.Equal(800, points.Max(p => p[0]) - points.Min(p => p[0]), 60.0);
            foreach (string angle in new[] { "yaw", "pitch", "roll" })
                Assert.InRange(root.GetProperty("pose").GetProperty(angle).GetDouble(), -2, 2);
            var mesh = root.GetProperty("mesh");
            Assert.True(mesh.GetProperty("watertight").GetBoolean());
            Assert.InRange(mesh.GetProperty("vertices").GetInt32(), 1000, 1_000_000);
            Assert.InRange(mesh.GetProperty("triangles").GetInt32(), 2000, 2_000_000);
            Assert.InRange(mesh.GetProperty("heightMm").GetDouble(), 100, 500);
            Assert.InRange(root.GetProperty("quality").GetProperty("score").GetDouble(), 0, 1);
            Assert.Equal(JsonValueKind.Array, root.GetProperty("quality").GetProperty("warnings").ValueKind);
            Assert.Equal(3, root.GetProperty("models").EnumerateObject().Count());
            foreach (string stage in new[] { "decode", "detect", "regress", "mesh", "texture", "export", "total" })
                Assert.True(root.GetProperty("timingsMs").GetProperty(stage).GetDouble() >= 0);
        }
    }

    [Fact]
    public void PupilDistance_Doubled_DoublesTheHead()
    {
        string photo = _folder.WritePhoto("a.jpg", discs: (300, 220, 120));

        double small = Height("--pupil-distance", "40"), large = Height("--pupil-distance", "80");

        Assert.Equal(2, large / small, 0.01);

        double Height(params string[] more)
        {
            var result = Command.Reconstruct([photo, "--out", _folder.Path("out"), "--format", "stl", "--json", .. more]);
            using var json = JsonDocument.Parse(result.Output);
            return json.RootElement.GetProperty("mesh").GetProperty("heightMm").GetDouble();
        }
    }

    [Fact]
    public void Face_NothingThere_TakesTheBoxAndWarns()
    {
        string photo = _folder.WritePhoto("a.jpg", discs: (300, 220, 120));

        var result = Command.Reconstruct(photo, "--out", _folder.Path("out"), "--face", "250,170,100,100", "--format", "glb", "--json");
        var elsewhere = Command.Reconstruct(photo, "--out", _folder.Path("out"), "--face", "1000,170,100,100");

        Assert.Equal(0, result.ExitCode);
        using var json = JsonDocument.Parse(result.Output);
        Assert.InRange(json.RootElement.GetProperty("face").GetProperty("score").GetDouble(), 0.8, 1); // found in the box
        Assert.Equal(3, elsewhere.ExitCode);
        Assert.Contains("outside the photo", elsewhere.Errors);
    }

    [Fact]
    public void AllFaces_GetNumbers()
    {
        string photo = _folder.WritePhoto("a.jpg", discs: (300, 220, 120));

        var result = Command.Reconstruct(photo, "--out", _folder.Path("out"), "--all-faces", "--format", "ply");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(["a-1.json", "a-1.ply", "a-1.png"], _folder.Files("out"));
    }

    [Fact]
    public void AllThatCanBeAsked_IsWritten()
    {
        string photo = _folder.WritePhoto("a.jpg", discs: (300, 220, 120));

        var result = Command.Reconstruct(
            photo, "--out", _folder.Path("out"), "--format", "glb,meshopt,draco,usdz", "--lods", "--turntable", "--triangles", "4000", "--json");

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Equal(["a.draco.glb", "a.glb", "a.json", "a.lod1.glb", "a.lod2.glb", "a.meshopt.glb", "a.png", "a.turntable.webp", "a.usdz"], _folder.Files("out"));
        using var json = JsonDocument.Parse(result.Output);
        Assert.InRange(json.RootElement.GetProperty("mesh").GetProperty("triangles").GetInt32(), 3900, 4000);
        Assert.True(json.RootElement.GetProperty("mesh").GetProperty("watertight").GetBoolean());
        Assert.Equal(9, json.RootElement.GetProperty("files").GetArrayLength());
        long Size(string name) => new FileInfo(_folder.Path("out/" + name)).Length;
        Assert.True(Size("a.lod2.glb") < Size("a.lod1.glb") && Size("a.lod1.glb") < Size("a.glb") && Size("a.draco.glb") < Size("a.meshopt.glb") && Size("a.meshopt.glb") < Size("a.glb"));
    }

    [Fact]
    public void Obj_NameWithSpaces_RefersToFilesWithout()
    {
        string photo = _folder.WritePhoto("my selfie.jpg", discs: (300, 220, 120));

        var result = Command.Reconstruct(photo, "--out", _folder.Path("out"), "--format", "obj");

        Assert.Equal(0, result.ExitCode);
        string material = Named(_folder.Path("out/my selfie.obj"), "mtllib "), texture = Named(_folder.Path("out/" + material), "map_Kd ");
        Assert.DoesNotContain(' ', material + texture);
        Assert.True(File.Exists(_folder.Path("out/" + texture)));

        static string Named(string file, string keyword) => File.ReadLines(file).First(line => line.StartsWith(keyword, StringComparison.Ordinal))[keyword.Length..];
    }

    [Fact]
    public void Folder_GoesOnPastBadPhotos_AndEndsWithTheWorstCode()
    {
        _folder.WritePhoto("in/a.jpg", discs: (300, 220, 120));
        _folder.WritePhoto("in/b.jpg");
        _folder.Write("in/c.png", "no image at all"u8.ToArray());
        _folder.WritePhoto("in/d.png", discs: (200, 220, 160));
        _folder.Write("in/notes.txt", "not looked at"u8.ToArray());

        var result = Command.Reconstruct(_folder.Path("in"), "--out", _folder.Path("out"), "--format", "glb", "--json").WithoutStackTrace();

        Assert.Equal(4, result.ExitCode);
        Assert.Equal(["a.glb", "a.json", "a.png", "d.glb", "d.json", "d.png"], _folder.Files("out"));
        string[] lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, lines.Length);
        Assert.Equal([null, "no-face", "unreadable-image", null], lines.Select(line =>
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.TryGetProperty("error", out var error) ? error.GetProperty("code").GetString() : null;
        }));
        Assert.Contains("b.jpg", result.Errors);
        Assert.Contains("c.png", result.Errors);
    }

    [Fact]
    public void SameNameTwice_KeepsBoth()
    {
        string first = _folder.WritePhoto("one/a.jpg", discs: (300, 220, 120)), second = _folder.WritePhoto("two/a.png", discs: (200, 220, 160));

        var result = Command.Reconstruct(first, second, "--out", _folder.Path("out"), "--format", "stl");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(["a.json", "a.png", "a.stl", "a_2.json", "a_2.png", "a_2.stl"], _folder.Files("out"));
    }

    [Fact]
    public void SecondRun_ReplacesTheFirst_WithTheSameBytes()
    {
        string photo = _folder.WritePhoto("a.jpg", discs: (300, 220, 120));
        Command.Reconstruct(photo, "--out", _folder.Path("out"), "--threads", "1");
        var before = AllFiles.Where(name => name != "a.json").ToDictionary(name => name, name => File.ReadAllBytes(_folder.Path("out/" + name)));

        Command.Reconstruct(photo, "--out", _folder.Path("out"));

        foreach (var (name, bytes) in before)
            Assert.True(bytes.AsSpan().SequenceEqual(File.ReadAllBytes(_folder.Path("out/" + name))), name);
    }

    public void Dispose() => _folder.Dispose();
}
