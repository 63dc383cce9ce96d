using System.Numerics;

namespace Selfie3D.Regression;

/// <summary>
/// Fills what of the mouth is not seen from the front. The prior's mouth is a pocket behind the lips: deeper than the camera
/// sees, and with walls about as thin as a voxel, so that the details of the network's coarser grid break through them and
/// leave pits in the skin.
/// </summary>
internal sealed class MouthHollow
{
    private const int Size = 60;                         // samples of the box along each axis
    private const float Step = 0.0015f;                  // metres between them
    private const float Before = 0.012f;                 // metres that the box begins before the lips
    private const float Fully = 0.004f, NoMore = 0.008f; // metres outside the lips' outline
    private const float Deepest = 0.007f;                // metres that an open mouth goes in behind the lips' inner line
    private const float Unopened = 4e-4f;                // square metres: lips that are apart less than so say little about the slope of the floor
    private const float Missing = 0.5f;                  // voxels to be filled that make a place hollow
    private const float Calm = 0.004f, Free = 0.011f;    // metres from the hollow: none of the network's details, all of them

    private readonly HeadFrame _frame;
    private readonly Vector3 _low, _high;  // of the lips, head frame
    private readonly Vector3 _origin;      // of the box, head frame; its axes are the head's
    private readonly Vector3 _inner;       // middle of the lips' inner line
    private readonly Vector2 _opening;     // lowest and highest y of the inner line
    private readonly float _across, _bend, _slope; // depth of the inner line: by x, x^2 and y from its middle

    /// <param name="frame">Of the head.</param>
    /// <param name="landmarks68">Photo frame.</param>
    public MouthHollow(HeadFrame frame, ReadOnlySpan<Vector3> landmarks68)
    {
        _frame = frame;
        Vector3[] lips = [.. landmarks68[48..].ToArray().Select(frame.ToHead)], inner = lips[12..];
        _low = lips.Aggregate(Vector3.Min);
        _high = lips.Aggregate(Vector3.Max);
        _origin = (_low + _high) / 2 - new Vector3(Size * Step / 2);
        _origin.Z = _high.Z + Before - Size * Step;

        _inner = inner.Aggregate(Vector3.Add) / inner.Length;
        _opening = new Vector2(inner.Min(p => p.Y), inner.Max(p => p.Y));
        float width = inner.Average(p => Square(p.X - _inner.X));
        float[] depth = [.. inner.Select(p => p.Z - _inner.Z)];
        _across = TakeSlope(depth, [.. inner.Select(p => p.X - _inner.X)], 0);
        _bend = TakeSlope(depth, [.. inner.Select(p => Square(p.X - _inner.X) - width)], 0);
        _slope = TakeSlope(depth, [.. inner.Select(p => p.Y - _inner.Y)], Unopened);
        _inner.Z -= _bend * width;
    }

    /// <summary>Fills the hollow of a head that has none of the network's details yet.</summary>
    /// <param name="volume">Changed about the mouth.</param>
    /// <returns>Points all over what was hollow, photo frame.</returns>
    public Vector3[] Fill(HeadVolume volume)
    {
        var filling = new float[Size * Size * Size]; // [z, y, x]: by how much samples come nearer to the inside, voxels
        var hollow = new List<Vector3>[Size];
        Parallel.For(0, Size, y =>
        {
            hollow[y] = [];
            for (int x = 0; x < Size; x++)
            {
                if (Share(Sample(x, y, 0)) > 0)
                    Sweep(volume, x, y, filling, hollow[y]);
            }
        });
        Take(filling, volume);
        return [.. hollow.SelectMany(points => points)];
    }

    /// <summary>Fades the network's details out about the hollow.</summary>
    /// <param name="details">[z, y, x], size^3.</param>
    /// <param name="size">Voxels along each axis.</param>
    /// <param name="hollow">Voxel coordinates.</param>
    /// <param name="voxelMetres">Side of a voxel.</param>
    public static void KeepOut(float[] details, int size, Vector3[] hollow, float voxelMetres)
    {
        if (hollow.Length == 0)
            return;
        var low = Vector3.Clamp(hollow.Aggregate(Vector3.Min) - new Vector3(Free / voxelMetres), Vector3.Zero, new Vector3(size));
        var high = Vector3.Clamp(hollow.Aggregate(Vector3.Max) + new Vector3(Free / voxelMetres), Vector3.Zero, new Vector3(size));
        Parallel.For((int)low.Z, (int)high.Z, z =>
        {
            for (int y = (int)low.Y; y < (int)high.Y; y++)
            {
                for (int x = (int)low.X; x < (int)high.X; x++)
                {
                    float least = float.PositiveInfinity;
                    foreach (var point in hollow)
                        least = MathF.Min(least, Vector3.DistanceSquared(point, new Vector3(x + 0.5f, y + 0.5f, z + 0.5f)));
                    details[(z * size + y) * size + x] *= 1 - HeadShaper.Falling(Calm, Free, voxelMetres * MathF.Sqrt(least));
                }
            }
        });
    }

    // One line from the front to the back: behind the first skin all is inside, and so is what lies deeper than the floor.
    private void Sweep(HeadVolume volume, int x, int y, float[] filling, List<Vector3> hollow)
    {
        const int Every = 2; // samples between the points of the hollow
        float swept = float.PositiveInfinity, voxelsPerMetre = _frame.PixelsPerMetre / volume.VoxelSize;
        for (int z = Size - 1; z >= 0; z--)
        {
            var head = Sample(x, y, z);
            var photo = _frame.ToPhoto(head);
            float own = Trilinear.Read(volume.Distance, volume.Size, volume.PhotoToVoxel(photo));
            swept = MathF.Min(swept, own);
            float fill = own - MathF.Min(swept, voxelsPerMetre * (head.Z - Floor(head)));
            filling[(z * Size + y) * Size + x] = fill;
            if (fill > Missing && own > -Missing && (x + y + z) % Every == 0)
                hollow.Add(photo);
        }
    }

    private void Take(float[] filling, HeadVolume volume)
    {
        int size = volume.Size;
        Vector3 low = new(size), high = Vector3.Zero;
        for (int corner = 0; corner < 8; corner++)
        {
            var at = volume.PhotoToVoxel(_frame.ToPhoto(Sample(Size * (corner & 1), Size * (corner >> 1 & 1), Size * (corner >> 2))));
            (low, high) = (Vector3.Min(low, at), Vector3.Max(high, at));
        }

        low = Vector3.Max(low, Vector3.Zero);
        high = Vector3.Min(high, new Vector3(size));
        Parallel.For((int)low.Z, (int)high.Z, z =>
        {
            for (int y = (int)low.Y; y < (int)high.Y; y++)
            {
                for (int x = (int)low.X; x < (int)high.X; x++)
                {
                    var head = _frame.ToHead(volume.VoxelToPhoto(new Vector3(x + 0.5f, y + 0.5f, z + 0.5f)));
                    var at = (head - _origin) / Step;
                    if (Share(head) is > 0 and var share && at.Z is > 0 and < Size)
                        volume.Distance[(z * size + y) * size + x] -= share * Trilinear.Read(filling, Size, at);
                }
            }
        });
    }

    private Vector3 Sample(int x, int y, int z) => _origin + Step * new Vector3(x + 0.5f, y + 0.5f, z + 0.5f);

    private float Floor(Vector3 head)
    {
        float x = Math.Clamp(head.X, _low.X, _high.X) - _inner.X, y = Math.Clamp(head.Y, _opening.X, _opening.Y) - _inner.Y;
        return _inner.Z + _across * x + _bend * x * x + _slope * y - Deepest;
    }

    private float Share(Vector3 head)
    {
        var outside = Vector3.Max(Vector3.Max(_low - head, head - _high), Vector3.Zero).AsVector2();
        return HeadShaper.Falling(Fully, NoMore, outside.Length());
    }

    // The least-squares slope of values over a variable, which is then taken out of the values.
    private static float TakeSlope(float[] values, float[] over, float ridge)
    {
        float square = ridge, product = 0;
        for (int i = 0; i < values.Length; i++)
            (square, product) = (square + over[i] * over[i], product + over[i] * values[i]);
        float slope = square > 0 ? product / square : 0;
        for (int i = 0; i < values.Length; i++)
            values[i] -= slope * over[i];
        return slope;
    }

    private static float Square(float value) => value * value;
}
