using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;

namespace Selfie3D.Export;

/// <summary>What goes with the head's node of a GLB file and no viewer needs, as JSON.</summary>
internal static class GlbExtras
{
    /// <summary>The extras, or null when there are none.</summary>
    public static JsonObject? Of(GlbOptions options)
    {
        var extras = new JsonObject();
        if (options.Landmarks68 is { } landmarks)
            extras["landmarks68"] = new JsonArray([.. landmarks.Select(Point)]);
        if (options.Pose is { } pose)
        {
            extras["pose"] = new JsonObject
            {
                ["yaw"] = Rounded(pose.YawDegrees, 3),
                ["pitch"] = Rounded(pose.PitchDegrees, 3),
                ["roll"] = Rounded(pose.RollDegrees, 3),
            };
        }

        if (options.HeadToPhoto is { } matrix)
            extras["headToPhoto"] = new JsonArray([.. matrix.ColumnMajor().Select(value => Rounded(value, 6))]);
        if (options.Measures is { } measures)
        {
            extras["measures"] = new JsonObject
            {
                ["pupilDistanceMm"] = Rounded(measures.PupilDistanceMm, 2),
                ["pupilDistanceAssumed"] = measures.PupilDistanceAssumed,
                ["headHeightMm"] = Rounded(measures.HeadHeightMm, 1),
                ["headWidthMm"] = Rounded(measures.HeadWidthMm, 1),
                ["faceWidthMm"] = Rounded(measures.FaceWidthMm, 1),
            };
        }

        if (options.PhotoSize is { } photo)
            extras["photo"] = new JsonObject { ["width"] = photo.Width, ["height"] = photo.Height };
        return extras.Count > 0 ? extras : null;
    }

    private static JsonArray Point(Vector3 p) => new(Rounded(p.X, 6), Rounded(p.Y, 6), Rounded(p.Z, 6));

    private static JsonNode Rounded(float value, int digits) =>
        JsonNode.Parse(Math.Round((decimal)value, digits).ToString(CultureInfo.InvariantCulture))!;
}
