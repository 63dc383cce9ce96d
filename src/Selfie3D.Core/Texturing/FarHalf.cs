using System.Numerics;

namespace Selfie3D.Texturing;

/// <summary>
/// The half of a turned face that looks away. Where the camera saw only a strip of it, and that strip is not the mirror image
/// of the near half even in its own light (a hard shadow beside the nose, a face that is turned a little differently than was
/// thought), the strip would lie as a blotch between the photo and the mirrored rest: then all of the far half is mirrored.
/// </summary>
internal sealed class FarHalf
{
    // Of the far half of the face, at most this share was seen well; features of more than that are worth keeping.
    private const float MostSeen = 0.4f;
    private const float SeenWell = 0.75f, LeastSeen = 0.2f; // quality: well, and enough to be compared
    // Logarithm of the ratio between the halves after correction, in the mean: one fourth brighter or darker.
    private const float Disagreement = 0.2f;
    private const float Middle = 0.008f; // metres: as far from the middle both halves are mixed as elsewhere
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
        var face = new List<int>();
        var well = 0;
        for (var k = 0; k < head.Length; k++)
        {
            var p = head[k];
            if (p.Z < Front || p.Y is < Bottom or > Top || _side * p.X is < Middle or > Wide) continue;
            face.Add(k);
            if (seen[k].Quality > SeenWell) well++;
        }
        if (well >= MostSeen * face.Count) return;
        double weights = 0, disagreement = 0;
        foreach (var k in face)
        {
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
        var far = HeadView.Smooth(0, Middle, _side * headX);
        var near = HeadView.Smooth(0, Middle, -_side * headX);
        return own * (1 - far) + (1 - own) * near;
    }
}
