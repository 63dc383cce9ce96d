using System.Numerics;

namespace Selfie3D.Export.Draco;

/// <summary>Directions as places on an unfolded octahedron, in whole numbers.</summary>
/// <remarks>
/// Sources: Meyer et al., "On floating-point normal vectors", 2010; Google, Draco bitstream 2.2, section on the normal transform:
/// the middle of the square is +x, its corners are -x, and the same place is reached from both sides of a fold.
/// </remarks>
internal readonly struct Octahedron(int bits)
{
    /// <summary>Bits of a coordinate.</summary>
    public int Bits { get; } = bits;

    /// <summary>Numbers around which steps wrap: odd, one more than the largest coordinate.</summary>
    public int Range => (1 << Bits) - 1;

    /// <summary>The coordinate of the middle, half of the largest.</summary>
    public int Center => (Range - 1) / 2;

    /// <summary>The place of a direction.</summary>
    public (int S, int T) PlaceOf(Vector3 direction)
    {
        double x = direction.X, y = direction.Y, z = direction.Z, sum = Math.Abs(x) + Math.Abs(y) + Math.Abs(z);
        if (!(sum > 1e-6))
            (x, y, z, sum) = (1, 0, 0, 1);
        int wholeX = (int)Math.Floor(x / sum * Center + 0.5), wholeY = (int)Math.Floor(y / sum * Center + 0.5);
        int rest = Center - Math.Abs(wholeX) - Math.Abs(wholeY);
        if (rest < 0)
        {
            wholeY += wholeY > 0 ? rest : -rest;
            rest = 0;
        }

        return PlaceOf(wholeX, wholeY, z < 0 ? -rest : rest);
    }

    /// <summary>The place of a direction of any length; (0, 0, 0) counts as +x.</summary>
    public (int S, int T) PlaceOf(long x, long y, long z)
    {
        long sum = Math.Abs(x) + Math.Abs(y) + Math.Abs(z);
        if (sum == 0)
            return PlaceOf(Center, 0, 0);
        int wholeX = (int)(x * Center / sum), wholeY = (int)(y * Center / sum), rest = Center - Math.Abs(wholeX) - Math.Abs(wholeY);
        return PlaceOf(wholeX, wholeY, z < 0 ? -rest : rest);
    }

    /// <summary>The step from one place to another, each coordinate 0 to below <see cref="Range"/>, turned so that steps alike look alike.</summary>
    public (int S, int T) Step((int S, int T) from, (int S, int T) to)
    {
        var (a, b) = ((S: from.S - Center, T: from.T - Center), (S: to.S - Center, T: to.T - Center));
        if (Math.Abs(a.S) + Math.Abs(a.T) > Center)
            (a, b) = (InsideOut(a), InsideOut(b));
        int turns = QuarterTurns(a.S, a.T);
        (a, b) = (Turn(a, turns), Turn(b, turns));
        return (Positive(b.S - a.S), Positive(b.T - a.T));
    }

    /// <summary>How long a step is that <see cref="Step"/> told.</summary>
    public int Length((int S, int T) step) => Math.Abs(Signed(step.S)) + Math.Abs(Signed(step.T));

    private int Signed(int step) => step > Center ? step - Range : step;

    private int Positive(int step) => step < 0 ? step + Range : step;

    // The sum of the absolute values is the centre's coordinate.
    private (int S, int T) PlaceOf(int x, int y, int z)
    {
        int most = 2 * Center, s = y + Center, t = z + Center;
        if (x < 0)
        {
            s = y < 0 ? Math.Abs(z) : most - Math.Abs(z);
            t = z < 0 ? Math.Abs(y) : most - Math.Abs(y);
        }

        // Of places that are one and the same after folding, a fixed one.
        if ((s == 0 || s == most) && (t == 0 || t == most))
            return (most, most);
        if ((s == 0 && t > Center) || (s == most && t < Center))
            t = most - t;
        else if ((t == most && s < Center) || (t == 0 && s > Center))
            s = most - s;
        return (s, t);
    }

    // Exchanges the middle and the corners of the square.
    private (int S, int T) InsideOut((int S, int T) place)
    {
        var (s, t) = place;
        bool sameSide = (s >= 0 && t >= 0) || (s <= 0 && t <= 0);
        int signS = sameSide ? (s >= 0 && t >= 0 ? 1 : -1) : s > 0 ? 1 : -1, signT = sameSide ? signS : t > 0 ? 1 : -1;
        int farS = 2 * s - signS * Center, farT = 2 * t - signT * Center;
        (farS, farT) = sameSide ? (-farT, -farS) : (farT, farS);
        return ((farS + signS * Center) / 2, (farT + signT * Center) / 2);
    }

    // Into the quarter where both are negative.
    private static int QuarterTurns(int s, int t) => (Math.Sign(s), Math.Sign(t)) switch
    {
        (0, 0) or (-1, <= 0) => 0,
        (0, > 0) or (-1, > 0) => 3,
        (1, >= 0) => 2,
        _ => 1,
    };

    private static (int S, int T) Turn((int S, int T) place, int quarters) => quarters switch
    {
        1 => (place.T, -place.S),
        2 => (-place.S, -place.T),
        3 => (-place.T, place.S),
        _ => place,
    };
}
