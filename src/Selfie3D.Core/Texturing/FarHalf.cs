using System.Numerics;

namespace Selfie3D.Texturing;

/// <summary>
/// The half of a turned face that looks away. Where it is not the mirror image of the near half even in that one's light (a
/// mouth or a cheek that ends elsewhere in the photo than on the head, which the flat look stretches; a hard shadow), it would
/// lie as a blotch or as a second mouth beside the near half: then all of the far half is mirrored.
/// </summary>
internal sealed class FarHalf
{
    // Sine of the angle: a face that is turned less shows both halves about as well.
    private const float LeastTurn = 0.3f;
    private const float LeastSeen = 0.2f; // quality: enough to be compared
    // Logarithm of the ratio between the halves after correction, in the mean: about a tenth brighter or darker.
    private const float Disagreement = 0.09f;
    private const float Middle = 0.008f; // metres: nearer to the middle the halves are alike by themselves
    private const float Seam = 0.003f;   // metres from the middle that the halves go over into one another
    // The face without chin and hair, head frame, metres.
    private const float Front = 0.04f, Top = 0.05f, Bottom = -0.1f, Wide = 0.06f;

    private readonly float _side; // sign of x

    /// <param name="head">Vertices, head frame, metres.</param>
    /// <param name="seen">[vertex] what was seen of it.</param>
    /// <param name="mirrored">[vertex] what was seen of its mirror image.</param>
    /// <param name="view">Towards the camera, head frame.</param>
    /// <param name="apart">Logarithm of the ratio between a vertex' colour and that of its mirror image in its light.</param>
    public FarHalf(ReadOnlySpan<Vector3> head, ReadOnlySpan<Sight> seen, ReadOnlySpan<Sight> mirrored, Vector3 view, Func<int, float> apart)
    {
        _side = view.X > 0 ? -1 : 1;
        if (MathF.Abs(view.X) < LeastTurn) return;
        double weights = 0, disagreement = 0;
        for (var k = 0; k < head.Length; k++)
        {
            var p = head[k];
            if (p.Z < Front || p.Y is < Bottom or > Top || _side * p.X is < Middle or > Wide) continue;
            var weight = MathF.Min(seen[k].Quality, mirrored[k].Quality);
            if (weight < LeastSeen) continue;
            weights += weight;
            disagreement += weight * MathF.Abs(apart(k));
        }
        IsMirrored = disagreement > Disagreement * weights;
    }

    /// <summary>Whether all of it is mirrored.</summary>
    public bool IsMirrored { get; }

    /// <summary>How far a place prefers its own colour to that of its mirror image, from how far it would by itself.</summary>
    public float Prefer(float own, float headX)
    {
        if (!IsMirrored) return own;
        var far = HeadView.Smooth(0, Seam, _side * headX);
        var near = HeadView.Smooth(0, Seam, -_side * headX);
        return own * (1 - far) + (1 - own) * near;
    }
}
