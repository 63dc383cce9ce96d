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
    // The front edge of long hair below the temple: (z, y) beside the brows and at the lower end of the neck.
    private static readonly Vector2 LongTop = new(0.03f, 0.02f), LongBottom = new(-0.012f, -0.15f);

    /// <summary>Roughly the distance, for a line that rises about one in one; negative below it.</summary>
    public static float Above(Vector3 head)
    {
        var z = Math.Clamp(head.Z, Line[0].X, Line[^1].X);
        var k = 1;
        while (Line[k].X < z) k++;
        Vector2 from = Line[k - 1], to = Line[k];
        return 0.7f * (head.Y - from.Y - (to.Y - from.Y) * (z - from.X) / (to.X - from.X));
    }

    /// <summary>0 skin, 1 hair: short hair.</summary>
    public static float Usual(Vector3 head) => HeadView.Smooth(-Blur, Blur, Above(head));

    /// <summary>0 skin, 1 hair: hair that falls over ears and neck.</summary>
    public static float Long(Vector3 head)
    {
        var front = LongTop.X + (LongBottom.X - LongTop.X) * Math.Clamp((head.Y - LongTop.Y) / (LongBottom.Y - LongTop.Y), 0, 1);
        return MathF.Max(Usual(head), HeadView.Smooth(-Blur, Blur, front - head.Z));
    }

    /// <summary>Whether a place lies well above the hairline, where also a high forehead ends.</summary>
    public static bool IsScalp(Vector3 head) => Above(head) > 0.012f && head.Y > 0.03f && MathF.Abs(head.X) < 0.09f;
}
