using System.Numerics;
using Selfie3D.Detection;

namespace Selfie3D.Tests.Detection;

public sealed class FaceDecoderTests
{
    [Fact]
    public void Decode_Row_GivesTheBoxInImagePixels()
    {
        float roll = 30 * MathF.PI / 180;
        float[] rows = [100, 80, 40, MathF.Cos(roll), MathF.Sin(roll), 0.9f, 10, 10, 10, 1, 0, 0.1f];
        var found = new List<FaceBox>();

        FaceDecoder.Decode(rows, new Vector2(20, 16), 2, 0.5f, found);

        var face = Assert.Single(found);
        Assert.Equal(new Vector2(160, 128), face.Center);
        Assert.Equal(80, face.Size);
        Assert.Equal(30, face.RollDegrees, 1e-3f);
        Assert.Equal(0.9f, face.Score);
    }

    [Fact]
    public void Decode_NotFinite_IsLeftOut()
    {
        float nan = float.NaN;
        float[] rows = [nan, 1, 10, 1, 0, 0.9f, 1, 1, nan, 1, 0, 0.9f, 1, 1, 10, 1, 0, nan, 1, 1, -5, 1, 0, 0.9f, 5, 5, 10, nan, 0, 0.9f];
        var found = new List<FaceBox>();

        FaceDecoder.Decode(rows, Vector2.Zero, 1, 0.5f, found);

        Assert.Equal(0, Assert.Single(found).RollDegrees);
    }

    [Fact]
    public void Suppress_NeighbouringAndNestedBoxes_KeepsTheBestOfEachFace()
    {
        FaceBox best = Box(100, 100, 50, 0.9f), shifted = Box(108, 102, 55, 0.8f), nose = Box(102, 104, 15, 0.7f);
        FaceBox other = Box(180, 100, 50, 0.6f);

        var kept = FaceDecoder.Suppress([nose, other, shifted, best]);

        Assert.Equal([best, other], kept);
    }

    [Fact]
    public void Suppress_AnyOrder_GivesTheSame()
    {
        var random = new Random(1);
        var boxes = Enumerable.Range(0, 200).Select(_ => Box(random.Next(300), random.Next(300), 20 + random.Next(60), random.NextSingle())).ToArray();
        var expected = FaceDecoder.Suppress(boxes);

        random.Shuffle(boxes);

        Assert.Equal(expected, FaceDecoder.Suppress(boxes));
    }

    [Fact]
    public void OneOfEachHead_ForeheadTakenForAnUpsideDownFace_KeepsTheSurerFace()
    {
        FaceBox face = Box(100, 120, 80, 0.99f), forehead = Box(104, 74, 90, 0.9f) with { RollDegrees = -171 };

        Assert.Equal([face, forehead], FaceDecoder.Suppress([forehead, face]));
        Assert.Equal([face], FaceDecoder.OneOfEachHead([forehead, face]));
        Assert.Equal([face, forehead with { RollDegrees = 10 }], FaceDecoder.OneOfEachHead([forehead with { RollDegrees = 10 }, face]));
    }

    [Fact]
    public void OneOfEachHead_CheekToCheek_KeepsBoth()
    {
        FaceBox left = Box(100, 100, 80, 0.9f) with { RollDegrees = 15 }, right = Box(160, 108, 80, 0.95f) with { RollDegrees = -10 };

        Assert.Equal([right, left], FaceDecoder.OneOfEachHead([left, right]));
    }

    [Fact]
    public void Overlap_HalfShifted_IsOneThird()
    {
        Assert.Equal(1f / 3, FaceDecoder.Overlap(Box(0, 0, 10, 1), Box(5, 0, 10, 1)), 1e-5f);
        Assert.Equal(0, FaceDecoder.Overlap(Box(0, 0, 10, 1), Box(50, 0, 10, 1)));
    }

    private static FaceBox Box(float x, float y, float size, float score) => new(x - size / 2, y - size / 2, size, size, 0, score);
}
