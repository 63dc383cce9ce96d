using System.Numerics;
using Selfie3D.Meshing;

namespace Selfie3D.Measuring;

/// <summary>
/// Places on the skin that glasses, hats and make-up are hung on: head frame, metres. Left and right are the subject's.
/// </summary>
public sealed record HeadAnchors
{
    /// <summary>Where the bridge of glasses rests on the nose, a little below its root.</summary>
    public required Vector3 GlassesBridge { get; init; }

    /// <summary>The side of the head at the height of the eyes, midway between the outer corner of the eye and the ear.</summary>
    public required Vector3 TempleLeft { get; init; }

    /// <inheritdoc cref="TempleLeft"/>
    public required Vector3 TempleRight { get; init; }

    /// <summary>The middle of the eye's opening.</summary>
    public required Vector3 PupilLeft { get; init; }

    /// <inheritdoc cref="PupilLeft"/>
    public required Vector3 PupilRight { get; init; }

    /// <summary>The tip of the nose.</summary>
    public required Vector3 NoseTip { get; init; }

    /// <summary>The lowest point of the chin's outline.</summary>
    public required Vector3 Chin { get; init; }

    /// <summary>The highest point of the head, hair and hat included.</summary>
    public required Vector3 Crown { get; init; }

    /// <summary>All of them by their name in files.</summary>
    public IReadOnlyList<(string Name, Vector3 Position)> Named() =>
    [
        ("glassesBridge", GlassesBridge), ("templeLeft", TempleLeft), ("templeRight", TempleRight), ("pupilLeft", PupilLeft),
        ("pupilRight", PupilRight), ("noseTip", NoseTip), ("chin", Chin), ("crown", Crown),
    ];

    /// <summary>Finds the anchors from the landmarks, each moved onto the surface.</summary>
    /// <param name="headMesh">Head frame, metres; not empty.</param>
    /// <param name="landmarks68">Head frame, metres, AFLW definition.</param>
    public static HeadAnchors Find(Mesh headMesh, IReadOnlyList<Vector3> landmarks68)
    {
        ArgumentNullException.ThrowIfNull(headMesh);
        ArgumentNullException.ThrowIfNull(landmarks68);
        // Pads of glasses rest below the root of the nose (landmark 27), about a third of the way to the next landmark.
        const float BelowRoot = 0.35f;
        Vector3 right = Mean(landmarks68, 36, 42), left = Mean(landmarks68, 42, 48);
        float eyesY = (right.Y + left.Y) / 2;
        return new HeadAnchors
        {
            GlassesBridge = SurfaceProbe.Nearest(headMesh, Vector3.Lerp(landmarks68[27], landmarks68[28], BelowRoot)),
            TempleLeft = Temple(headMesh, landmarks68[45], landmarks68[16], eyesY, 1),
            TempleRight = Temple(headMesh, landmarks68[36], landmarks68[0], eyesY, -1),
            PupilLeft = SurfaceProbe.Nearest(headMesh, left),
            PupilRight = SurfaceProbe.Nearest(headMesh, right),
            NoseTip = SurfaceProbe.Nearest(headMesh, landmarks68[30]),
            Chin = SurfaceProbe.Nearest(headMesh, landmarks68[8]),
            Crown = SurfaceProbe.Highest(headMesh),
        };
    }

    private static Vector3 Temple(Mesh mesh, Vector3 eyeCorner, Vector3 ear, float eyesY, int sign)
    {
        float z = (eyeCorner.Z + ear.Z) / 2;
        return SurfaceProbe.Outermost(mesh, eyesY, z, sign) ?? SurfaceProbe.Nearest(mesh, new Vector3(ear.X, eyesY, z));
    }

    private static Vector3 Mean(IReadOnlyList<Vector3> points, int first, int end)
    {
        var sum = Vector3.Zero;
        for (int k = first; k < end; k++)
            sum += points[k];
        return sum / (end - first);
    }
}
