using System.Numerics;

namespace Selfie3D.Texturing;

/// <summary>
/// Where the ears of a head are: what stands out from the sides of its skull, and is too narrow to be skull (a top-hat of
/// the sides as height fields, Meyer, Contrast features extraction, 1979).
/// </summary>
internal sealed class EarMap
{
    private const float Cell = 0.003f;
    // The part of a side in which an ear is looked for, metres, head frame: (z, y) of its corner, and its cells.
    private const float Back = -0.105f, Bottom = -0.125f;
    private const int Columns = 60, Rows = 60;
    // Ears lie here; jaw, knots of hair and collars do not.
    private static readonly Vector2 Middle = new(-0.012f, -0.03f), Radii = new(0.052f, 0.062f); // (z, y)
    private const int Opening = 7;   // cells to each side: more than half the width of an ear
    private const int Closing = 3;   // cells: the hollow of an ear is part of it
    private const float StandsOut = 0.0035f, StandsOutFully = 0.0065f; // the dome of a skull loses some 3 mm
    private const float Within = 0.004f; // metres below the skull's side that still belong to the ear

    private readonly float[][] _ear = new float[2][];   // [side][y, z] 0..1, side 1 is the subject's left
    private readonly float[][] _skull = new float[2][]; // [side][y, z] |x| of the skull under it

    /// <param name="head">Vertices, head frame, metres.</param>
    public EarMap(ReadOnlySpan<Vector3> head)
    {
        for (var side = 0; side < 2; side++)
        {
            var height = new float[Columns * Rows];
            foreach (var p in head)
            {
                if (p.X > 0 != (side == 1)) continue;
                int column = (int)MathF.Floor((p.Z - Back) / Cell), row = (int)MathF.Floor((p.Y - Bottom) / Cell);
                if ((uint)column >= Columns || (uint)row >= Rows) continue;
                ref var highest = ref height[row * Columns + column];
                highest = MathF.Max(highest, MathF.Abs(p.X));
            }
            // A cell that no vertex fell into is no hole.
            height = Least(Most(height, 1), 1);
            var skull = Most(Least(height, Opening), Opening);
            var ear = new float[Columns * Rows];
            for (var at = 0; at < ear.Length; at++)
            {
                var place = new Vector2(Back + (at % Columns + 0.5f) * Cell, Bottom + (at / Columns + 0.5f) * Cell);
                if (((place - Middle) / Radii).LengthSquared() < 1) ear[at] = HeadView.Smooth(StandsOut, StandsOutFully, height[at] - skull[at]);
            }
            (_ear[side], _skull[side]) = (Least(Most(ear, Closing), Closing), skull);
        }
    }

    /// <summary>0 skull, 1 ear.</summary>
    public float At(Vector3 head)
    {
        float z = (head.Z - Back) / Cell - 0.5f, y = (head.Y - Bottom) / Cell - 0.5f;
        if (!(z >= 0 && y >= 0 && z < Columns - 1 && y < Rows - 1)) return 0;
        int column = (int)z, row = (int)y, at = row * Columns + column, side = head.X > 0 ? 1 : 0;
        float fz = z - column, fy = y - row;
        var ear = Between(_ear[side]);
        return ear <= 0 ? 0 : ear * HeadView.Smooth(-2 * Within, -Within, MathF.Abs(head.X) - Between(_skull[side]));

        float Between(float[] values) =>
            (values[at] * (1 - fz) + values[at + 1] * fz) * (1 - fy) + (values[at + Columns] * (1 - fz) + values[at + Columns + 1] * fz) * fy;
    }

    private static float[] Most(float[] values, int radius) => Filter(values, radius, 1);

    private static float[] Least(float[] values, int radius) => Filter(values, radius, -1);

    // The largest (sign 1) or smallest (sign -1) over a square, one axis after the other; beyond the border nothing counts.
    private static float[] Filter(float[] values, int radius, int sign)
    {
        var along = new float[values.Length];
        var both = new float[values.Length];
        for (var at = 0; at < values.Length; at++)
        {
            int column = at % Columns, last = at + Math.Min(radius, Columns - 1 - column);
            var most = float.NegativeInfinity;
            for (var from = at - Math.Min(radius, column); from <= last; from++) most = MathF.Max(most, sign * values[from]);
            along[at] = most;
        }
        for (var at = 0; at < values.Length; at++)
        {
            int row = at / Columns, last = at + Math.Min(radius, Rows - 1 - row) * Columns;
            var most = float.NegativeInfinity;
            for (var from = at - Math.Min(radius, row) * Columns; from <= last; from += Columns) most = MathF.Max(most, along[from]);
            both[at] = sign * most;
        }
        return both;
    }
}
