using System.Numerics;

namespace Selfie3D.Texturing;

/// <summary>A direction that part of the head is projected along onto the texture, with its axes on the texture.</summary>
/// <param name="Toward">From the head towards the viewer of the chart; unit length.</param>
/// <param name="Right">Texture x; unit length.</param>
/// <param name="Up">Against texture y; unit length.</param>
internal readonly record struct ChartAxes(Vector3 Toward, Vector3 Right, Vector3 Up)
{
    /// <summary>The six sides of a box around the head whose first side faces the camera, in the order front, back, left, right, top, bottom.</summary>
    /// <param name="view">Towards the camera, head frame.</param>
    public static ChartAxes[] BoxAround(Vector3 view)
    {
        var front = Vector3.Normalize(view);
        // Seen straight from above or below, the face's own direction has to say what is up.
        var upright = MathF.Abs(front.Y) > 0.95f ? -MathF.Sign(front.Y) * Vector3.UnitZ : Vector3.UnitY;
        var right = Vector3.Normalize(Vector3.Cross(upright, front));
        var up = Vector3.Cross(front, right);
        return [Of(front, up), Of(-front, up), Of(right, up), Of(-right, up), Of(up, -front), Of(-up, front)];
    }

    /// <summary>Where a point lies on the chart's plane: x right, y down, in metres, and how near to the viewer.</summary>
    public Vector3 Project(Vector3 head) => new(Vector3.Dot(head, Right), -Vector3.Dot(head, Up), Vector3.Dot(head, Toward));

    private static ChartAxes Of(Vector3 toward, Vector3 up) => new(toward, Vector3.Cross(up, toward), up);
}

/// <summary>A connected part of the mesh that lies flat on the texture without covering itself.</summary>
internal sealed class Chart
{
    /// <summary>Index into the box of <see cref="ChartAxes"/>; 0 faces the camera.</summary>
    public required int Side { get; init; }

    /// <summary>Triangle numbers, the lowest first, each beside one before it.</summary>
    public required List<int> Triangles { get; init; }

    /// <summary>Lowest projected coordinates, metres.</summary>
    public Vector2 Min { get; set; }

    /// <summary>Highest projected coordinates, metres.</summary>
    public Vector2 Max { get; set; }

    /// <summary>Upper left corner on the texture, texels.</summary>
    public (int X, int Y) Place { get; set; }
}
