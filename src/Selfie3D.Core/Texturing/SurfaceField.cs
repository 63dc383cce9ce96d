using System.Numerics;

namespace Selfie3D.Texturing;

/// <summary>A place on a grid of a <see cref="SurfaceField"/>.</summary>
/// <param name="Cell">The cell with the lowest coordinates of the eight around it.</param>
/// <param name="X">0..1 from the middle of that cell to the next.</param>
/// <param name="Y">The same.</param>
/// <param name="Z">The same.</param>
internal readonly record struct FieldPlace(int Cell, float X, float Y, float Z);

/// <summary>
/// Values known at some places of the head, averaged on grids of growing cells in space, so that they know no seams:
/// what coarse cells say holds farther away (push-pull, Gortler et al., The Lumigraph, 1996).
/// </summary>
internal sealed class SurfaceField
{
    /// <summary>Side of the finest cells, metres; each level doubles it.</summary>
    public const float FinestCell = 0.006f;

    /// <summary>Number of grids.</summary>
    public const int Levels = 4;

    private readonly Vector4[][] _cells = new Vector4[Levels][]; // [z, y, x] (value * weight, weight)
    private readonly (int X, int Y, int Z)[] _sizes = new (int, int, int)[Levels];
    private readonly Vector3 _origin;
    private readonly int _first; // the finest grid there is

    /// <param name="min">Lowest coordinates, metres.</param>
    /// <param name="max">Highest coordinates, metres.</param>
    /// <param name="first">The finest grid that will be read.</param>
    public SurfaceField(Vector3 min, Vector3 max, int first = 0)
    {
        _first = first;
        _origin = min - new Vector3(FinestCell);
        for (var level = first; level < Levels; level++)
        {
            var extent = (max - _origin) / (FinestCell * (1 << level));
            _sizes[level] = ((int)extent.X + 2, (int)extent.Y + 2, (int)extent.Z + 2);
            _cells[level] = new Vector4[_sizes[level].X * _sizes[level].Y * _sizes[level].Z];
        }
    }

    /// <summary>Counts a value at a place.</summary>
    public void Add(Vector3 head, Vector3 value, float weight)
    {
        var size = _sizes[_first];
        var p = (head - _origin) / (FinestCell * (1 << _first));
        _cells[_first][((int)p.Z * size.Y + (int)p.Y) * size.X + (int)p.X] += weight * new Vector4(value, 1);
    }

    /// <summary>Makes the coarser grids; afterwards the field can be read.</summary>
    public void Close()
    {
        for (var level = _first + 1; level < Levels; level++)
        {
            var (fine, coarse) = (_sizes[level - 1], _sizes[level]);
            var (from, to) = (_cells[level - 1], _cells[level]);
            for (int z = 0, at = 0; z < fine.Z; z++)
                for (var y = 0; y < fine.Y; y++)
                {
                    var row = ((z >> 1) * coarse.Y + (y >> 1)) * coarse.X;
                    for (var x = 0; x < fine.X; x++, at++)
                        if (from[at].W > 0) to[row + (x >> 1)] += from[at];
                }
        }
    }

    /// <summary>Sum of value times weight, and of weight, around a place on one grid.</summary>
    public Vector4 Sample(int level, Vector3 head) => Sample(level, PlaceOf(level, head));

    /// <summary>Where a place lies on one grid of this field, and of all over the same box.</summary>
    public FieldPlace PlaceOf(int level, Vector3 head)
    {
        var size = _sizes[level];
        var p = (head - _origin) / (FinestCell * (1 << level)) - new Vector3(0.5f);
        p = Vector3.Clamp(p, Vector3.Zero, new Vector3(size.X - 1.001f, size.Y - 1.001f, size.Z - 1.001f));
        int x = (int)p.X, y = (int)p.Y, z = (int)p.Z;
        return new FieldPlace((z * size.Y + y) * size.X + x, p.X - x, p.Y - y, p.Z - z);
    }

    /// <summary>The same as above for a place that is known.</summary>
    public Vector4 Sample(int level, in FieldPlace place)
    {
        var size = _sizes[level];
        var cells = _cells[level];
        var at = place.Cell;
        var next = at + size.X * size.Y;
        var near = Vector4.Lerp(
            Vector4.Lerp(cells[at], cells[at + 1], place.X), Vector4.Lerp(cells[at + size.X], cells[at + size.X + 1], place.X), place.Y);
        var far = Vector4.Lerp(
            Vector4.Lerp(cells[next], cells[next + 1], place.X), Vector4.Lerp(cells[next + size.X], cells[next + size.X + 1], place.X), place.Y);
        return Vector4.Lerp(near, far, place.Z);
    }
}
