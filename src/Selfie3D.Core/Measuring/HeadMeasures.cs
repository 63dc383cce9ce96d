using System.Numerics;
using Selfie3D.Meshing;

namespace Selfie3D.Measuring;

/// <summary>Sizes of a head, millimetres. All of them follow from the pupil distance, since a photo alone has no scale.</summary>
/// <param name="PupilDistanceMm">Between the pupils; gives the head its size.</param>
/// <param name="PupilDistanceAssumed">Whether nobody said so and the adult mean was taken.</param>
/// <param name="HeadHeightMm">Upright, from the chin to the crown, hair and hat included.</param>
/// <param name="HeadWidthMm">Where the head is widest above the brows, so without ears; hair and hat included.</param>
/// <param name="FaceWidthMm">Across the cheekbones, in front of the ears.</param>
public sealed record HeadMeasures(float PupilDistanceMm, bool PupilDistanceAssumed, float HeadHeightMm, float HeadWidthMm, float FaceWidthMm)
{
    private const float MillimetresPerMetre = 1000;

    /// <summary>Measures a head.</summary>
    /// <param name="headMesh">Head frame, metres; not empty.</param>
    /// <param name="landmarks68">Head frame, metres, AFLW definition.</param>
    /// <param name="anchors">Of the same head.</param>
    /// <param name="pupilDistanceMm">What the head was scaled by.</param>
    /// <param name="assumed">Whether that is the adult mean for want of a better number.</param>
    public static HeadMeasures Of(Mesh headMesh, IReadOnlyList<Vector3> landmarks68, HeadAnchors anchors, float pupilDistanceMm, bool assumed)
    {
        ArgumentNullException.ThrowIfNull(headMesh);
        ArgumentNullException.ThrowIfNull(landmarks68);
        ArgumentNullException.ThrowIfNull(anchors);
        // Ears end at the height of the brows.
        float brows = 0;
        for (int k = 17; k < 27; k++)
            brows += landmarks68[k].Y / 10;
        float low = 0, high = 0;
        foreach (var position in headMesh.Positions)
        {
            if (position.Y < brows)
                continue;
            low = MathF.Min(low, position.X);
            high = MathF.Max(high, position.X);
        }

        // Points 1 and 15 of the face's outline lie on the cheekbones, where they reach the ears.
        var cheeks = SurfaceProbe.Nearest(headMesh, landmarks68[15]) - SurfaceProbe.Nearest(headMesh, landmarks68[1]);
        return new HeadMeasures(pupilDistanceMm, assumed, MillimetresPerMetre * (anchors.Crown.Y - anchors.Chin.Y),
            MillimetresPerMetre * (high - low), MillimetresPerMetre * MathF.Abs(cheeks.X));
    }
}
