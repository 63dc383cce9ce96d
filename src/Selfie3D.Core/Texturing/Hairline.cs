using System.Numerics;

namespace Selfie3D.Texturing;

/// <summary>Where hair usually begins on a head, seen from the side; all places in the head frame, metres.</summary>
internal static class Hairline
{
    // Nape, behind the ear, sideburn, temple, forehead. (z, y)
    private static readonly Vector2[] Line =
    [
        new(-0.2f, -0.095f), new(-0.085f, -0.092f), new(-0.072f, -0.085f), new(-0.032f, -0.042f), new(0.000f, -0.018f),
        new(0.008f, 0.004f), new(0.036f, 0.040f), new(0.062f, 0.06f), new(0.095f, 0.085f), new(0.2f, 0.16f),
    ];
    private const float Blur = 0.012f;
    // The front edge of long hair below the temple, over the ear and behind it: z beside the brows and at the lower end of the neck.
    private const float LongTop = 0.02f, LongBottom = -0.15f;
    private static readonly Vector2 OverEar = new(0.052f, 0), BehindEar = new(-0.028f, -0.012f);

    /// <summary>Roughly the distance, for a line that rises about one in one; negative below it.</summary>
    public static float Above(Vector3 head)
    {
        var z = Math.Clamp(head.Z, Line[0].X, Line[^1].X);
        var k = 1;
        while (Line[k].X < z) k++;
        Vector2 from = Line[k - 1], to = Line[k];
        return 0.7f * (head.Y - from.Y - (to.Y - from.Y) * (z - from.X) / (to.X - from.X));
    }

    /// <summary>0 skin, 1 hair.</summary>
    /// <param name="inside">Distance from the edge of the hair, metres.</param>
    public static float Usual(float inside) => HeadView.Smooth(-Blur, Blur, inside);

    /// <summary>The distance from the edge of hair that falls down the neck; negative outside it.</summary>
    /// <param name="head">The place.</param>
    /// <param name="covers">0 it falls behind the ear, 1 over it.</param>
    public static float InsideLong(Vector3 head, float covers)
    {
        var edge = Vector2.Lerp(BehindEar, OverEar, covers);
        var front = edge.X + (edge.Y - edge.X) * Math.Clamp((head.Y - LongTop) / (LongBottom - LongTop), 0, 1);
        return MathF.Max(Above(head), front - head.Z);
    }

    /// <summary>Whether a place lies well above the hairline, where also a high forehead ends.</summary>
    public static bool IsScalp(Vector3 head) => Above(head) > 0.012f && head.Y > 0.03f && MathF.Abs(head.X) < 0.09f;

    /// <summary>Whether a place lies on forehead or temple, or before the ear, where hair that comes from below a hat is seen; neither brows nor beard.</summary>
    public static bool IsAroundFace(Vector3 head) =>
        head.Z > 0 && (head.Y is > 0.028f and < 0.065f || (MathF.Abs(head.X) > 0.05f && head.Y is > -0.05f and <= 0.028f));
}
