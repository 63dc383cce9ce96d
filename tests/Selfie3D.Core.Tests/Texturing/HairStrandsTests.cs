using System.Numerics;
using Selfie3D.Texturing;

namespace Selfie3D.Tests.Texturing;

public sealed class HairStrandsTests
{
    private static readonly float[] Values = [.. Enumerable.Range(0, 4096).Select(Hash)];

    [Fact]
    public void At_AroundTheHeadAndBeyond_IsTheSumOfItsPlainNoises()
    {
        var random = new Random(3);
        for (int n = 0; n < 5000; n++)
        {
            var place = new Vector2(random.NextSingle() * 3 - 1, random.NextSingle() * 12 - 1);
            float locks = Noise(place.X * 74, 74, place.Y * 0.35f), coarse = Noise(place.X * 190, 190, place.Y * 0.6f), fine = Noise(place.X * 520, 520, place.Y);
            Assert.Equal(0.22f * locks + 0.38f * coarse + 0.38f * fine, HairStrands.At(place));
            Assert.Equal(0.5f * locks + 0.6f * coarse, HairStrands.Fray(place));
        }
    }

    private static float Noise(float x, int period, float y)
    {
        int left = (int)MathF.Floor(x), top = (int)MathF.Floor(y);
        float fx = x - left, fy = y - top;
        fx = fx * fx * (3 - 2 * fx);
        fy = fy * fy * (3 - 2 * fy);
        left = (left % period + period) % period;
        int right = (left + 1) % period;
        float upper = Value(left, top) + fx * (Value(right, top) - Value(left, top));
        float lower = Value(left, top + 1) + fx * (Value(right, top + 1) - Value(left, top + 1));
        return upper + fy * (lower - upper);
    }

    private static float Value(int x, int y) => Values[(x + 97 * y) & 4095];

    private static float Hash(int k)
    {
        uint hash = (uint)k * 0x9E3779B1u;
        hash ^= hash >> 15;
        hash *= 0x2C1B3C6Du;
        hash ^= hash >> 13;
        return (hash & 0xFFFF) / 32767.5f - 1;
    }
}
