using System.Numerics;

namespace Selfie3D.Meshing;

/// <summary>A sum of squared distances to planes, weighted (Garland and Heckbert, Surface simplification using quadric error metrics, 1997).</summary>
internal struct Quadric
{
    // Symmetric 3 x 3 matrix, vector and constant of x'Ax + 2b'x + c.
    private double _xx, _xy, _xz, _yy, _yz, _zz, _bx, _by, _bz, _c;

    /// <summary>The plane through a point with a unit normal.</summary>
    public static Quadric OfPlane(Vector3 normal, Vector3 point, double weight)
    {
        double x = normal.X, y = normal.Y, z = normal.Z, d = -(x * point.X + y * point.Y + z * point.Z);
        return new Quadric
        {
            _xx = weight * x * x, _xy = weight * x * y, _xz = weight * x * z, _yy = weight * y * y, _yz = weight * y * z, _zz = weight * z * z,
            _bx = weight * x * d, _by = weight * y * d, _bz = weight * z * d, _c = weight * d * d,
        };
    }

    /// <summary>Adds another sum.</summary>
    public void Add(in Quadric other)
    {
        _xx += other._xx;
        _xy += other._xy;
        _xz += other._xz;
        _yy += other._yy;
        _yz += other._yz;
        _zz += other._zz;
        _bx += other._bx;
        _by += other._by;
        _bz += other._bz;
        _c += other._c;
    }

    /// <summary>The sum at a point; never below 0.</summary>
    public readonly double At(Vector3 p)
    {
        double x = p.X, y = p.Y, z = p.Z;
        double value = x * (_xx * x + 2 * (_xy * y + _xz * z + _bx)) + y * (_yy * y + 2 * (_yz * z + _by)) + z * (_zz * z + 2 * _bz) + _c;
        return Math.Max(value, 0);
    }
}
