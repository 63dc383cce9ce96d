using System.Numerics;

namespace Selfie3D.Export;

/// <summary>Where a view is drawn from.</summary>
/// <param name="Middle">The point in the middle of the view, head frame.</param>
/// <param name="Distance">Of the camera from it, metres.</param>
/// <param name="Radius">Half of what the view shows at that distance, metres.</param>
internal readonly record struct PreviewCamera(Vector3 Middle, float Distance, float Radius);
