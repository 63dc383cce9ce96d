using System.Numerics;
using System.Runtime.CompilerServices;
using Selfie3D.Imaging;
using Selfie3D.Meshing;
using Selfie3D.Regression;

namespace Selfie3D.Texturing;

/// <summary>A place on the head, as much of it as its colour depends on; linear over a triangle.</summary>
/// <param name="Place">Photo frame position, pixels, and how strongly strands show.</param>
/// <param name="Shares">Of its colour: the photo, the photo's soft version, the same two at its mirror image; the rest is the fill.</param>
/// <param name="Gain">Factors of the mirror image's colour.</param>
/// <param name="Fill">RGB 0..255 of what nobody saw.</param>
/// <param name="Strand">Place among the strands of hair.</param>
internal readonly record struct SkinPoint(Vector4 Place, Vector4 Shares, Vector4 Gain, Vector4 Fill, Vector2 Strand);

/// <summary>
/// The colour of every place of the head: the photo where the camera saw it, the photo at its mirror image in the light of
/// this half where only that was seen, and this person's skin or hair elsewhere.
/// </summary>
internal sealed class HeadColors
{
    private const float MirrorTolerance = 2.5f; // neither heads nor the plane that is taken for their middle are quite symmetric
    private const float MirrorKnown = 0.6f;     // what a mirrored colour counts against a seen one when colours spread
    private const float SeenAlone = 0.75f;      // quality from which a mirror image is not asked for
    private const int PreferenceLevel = 1;      // cells of 12 mm, for the choice between the halves
    private const float SoftWorth = 0.3f;       // of a soft colour beside a sharp one
    private const float PairQuality = 0.4f;     // of both halves, for the comparison of their light
    private const float LeastShare = 0.004f;
    private const float SideFrom = 0.04f, SideFully = 0.06f; // metres from the middle of the head: its sides

    private static readonly Vector3 MirrorX = new(-1, 1, 1);

    private readonly PhotoSampler _photo;
    private readonly HeadView _view;
    private readonly EarMap _ears;
    private readonly HeadFrame _frame;

    /// <param name="photoMesh">The head in the photo frame.</param>
    /// <param name="headMesh">The same in the head frame.</param>
    /// <param name="photo">The whole photo.</param>
    /// <param name="frame">Between the two frames.</param>
    /// <param name="pixelsPerTexel">Photo pixels to a texel of the finest part of the texture.</param>
    /// <param name="parallel">Threads.</param>
    public HeadColors(Mesh photoMesh, Mesh headMesh, RgbImage photo, HeadFrame frame, float pixelsPerTexel, ParallelOptions parallel)
    {
        var (min, max) = photoMesh.Bounds();
        _photo = new PhotoSampler(photo, new Vector2(min.X, min.Y), new Vector2(max.X, max.Y), pixelsPerTexel, parallel);
        _ears = new EarMap(headMesh.Positions);
        _view = new HeadView(photoMesh, photo, frame, _ears, parallel);
        _frame = frame;
        Points = MakePoints(photoMesh, headMesh, frame.ViewDirection, parallel);
    }

    /// <summary>[vertex]</summary>
    public SkinPoint[] Points { get; }

    /// <summary>The colour of a place that only the photo itself gives, RGB 0..255.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector4 PhotoAt(float photoX, float photoY) => _photo.At(photoX, photoY);

    /// <summary>The colour of a place that nobody saw, RGB 0..255.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector4 FillAt(Vector4 fill, float strands, Vector2 strand) =>
        strands > 0.01f ? fill * (1 + strands * HairStrands.At(strand)) : fill;

    /// <summary>RGB 0..255.</summary>
    public Vector4 At(in SkinPoint point)
    {
        var shares = point.Shares;
        var color = Vector4.Zero;
        if (shares.X > LeastShare) color += shares.X * _photo.At(point.Place.X, point.Place.Y);
        if (shares.Y > LeastShare) color += shares.Y * _view.ColorAt(point.Place.X, point.Place.Y);
        var total = shares.X + shares.Y;
        var mirrored = shares.Z + shares.W;
        if (mirrored > LeastShare)
        {
            var place = _frame.Mirror(point.Place.AsVector3());
            var other = Vector4.Zero;
            if (shares.Z > 0) other += shares.Z * _photo.At(place.X, place.Y);
            if (shares.W > 0) other += shares.W * _view.ColorAt(place.X, place.Y);
            color += mirrored * MirrorLight.Apply(other / mirrored, point.Gain);
            total += mirrored;
        }
        if (total < 1 - LeastShare)
        {
            color += (1 - total) * FillAt(point.Fill, point.Place.W, point.Strand);
            total = 1;
        }
        return color / total;
    }

    private SkinPoint[] MakePoints(Mesh photoMesh, Mesh headMesh, Vector3 viewDirection, ParallelOptions parallel)
    {
        var count = photoMesh.VertexCount;
        var area = AreaPerVertex(headMesh);
        var seen = new Sight[count];
        var mirrored = new Sight[count];
        ForVertices(count, parallel, k =>
        {
            var normal = photoMesh.Normals[k];
            var side = HeadView.Smooth(SideFrom, SideFully, MathF.Abs(headMesh.Positions[k].X));
            Vector3 place = photoMesh.Positions[k], image = _frame.Mirror(place), head = headMesh.Positions[k];
            seen[k] = _view.At(place, head, _view.ColorPlace(place, head), normal.Z, side);
            var facing = _frame.MirrorNormal(place, image, normal).Z;
            mirrored[k] = _view.At(image, head * MirrorX, _view.ColorPlace(image, head * MirrorX), facing, side, MirrorTolerance);
        });
        SightNeighbors.Apply(photoMesh, headMesh, _view, seen, mirrored, parallel);
        var preference = PreferenceField(headMesh, seen, mirrored);
        var light = LightOf(photoMesh, headMesh, seen, mirrored, area);
        var far = new FarHalf(headMesh.Positions, seen, mirrored, viewDirection,
            k => Apart(photoMesh.Positions[k], light.GainAt(headMesh.Positions[k], headMesh.Normals[k])));

        var points = new SkinPoint[count];
        var colors = new Vector3[count];
        var known = new float[count];
        var trust = new float[count];
        ForVertices(count, parallel, k =>
        {
            var worth = preference.Sample(PreferenceLevel, headMesh.Positions[k]);
            var (own, other) = Shares(seen[k], mirrored[k], worth, far, headMesh.Positions[k].X);
            known[k] = own + MirrorKnown * other;
            // What was seen flat is smeared, and darker or lighter than the skin it lies on: little of it spreads.
            trust[k] = own * seen[k].Quality + MirrorKnown * other * mirrored[k].Quality;
            var place = ColorPlace(photoMesh.Positions[k], headMesh.Positions[k], own, other);
            var gain = Vector3.One;
            var color = Vector4.Zero;
            if (own > 0) color = own * _view.ColorAt(place.X, place.Y);
            if (other > 0)
            {
                if (!far.IsMirrored) gain = light.GainAt(headMesh.Positions[k], headMesh.Normals[k]);
                var image = _frame.Mirror(place);
                color += MirrorKnown * other * MirrorLight.Apply(_view.ColorAt(image.X, image.Y), new Vector4(gain, 1));
            }
            if (known[k] > 0) colors[k] = color.AsVector3() / known[k];
            points[k] = new SkinPoint(
                new Vector4(place, 0),
                new Vector4(own * seen[k].Sharp, own * (1 - seen[k].Sharp), other * mirrored[k].Sharp, other * (1 - mirrored[k].Sharp)),
                new Vector4(gain, 1), default, default);
        });

        var around = SmallGaps.Around(photoMesh.Triangles, colors, known);
        var hidden = new HiddenColors(headMesh.Positions, colors, known, trust, around, area, _ears, _view.Tones, _view.Beside);
        ForVertices(count, parallel, k =>
        {
            var shares = points[k].Shares;
            if (shares.X + shares.Y + shares.Z + shares.W >= 1 - LeastShare)
            {
                points[k] = points[k] with { Fill = new Vector4(colors[k], 0) };
                return;
            }
            var strand = HairStrands.Place(headMesh.Positions[k]);
            var (color, strands) = hidden.At(headMesh.Positions[k], headMesh.Normals[k], strand);
            float gap = around[k].W;
            points[k] = points[k] with
            {
                Place = points[k].Place with { W = strands * (1 - gap) },
                Fill = new Vector4(Vector3.Lerp(color, around[k].AsVector3(), gap), 0),
                Strand = strand,
            };
        });
        return points;
    }

    // Where the place's own colour lies in the photo, and its mirror image where the other half gives it.
    private Vector3 ColorPlace(Vector3 place, Vector3 head, float own, float mirrored)
    {
        if (own + mirrored <= 0) return place;
        var other = _frame.Mirror(_view.ColorPlace(_frame.Mirror(place), head * MirrorX));
        return (own * _view.ColorPlace(place, head) + mirrored * other) / (own + mirrored);
    }

    // How well both halves were seen around a place, and how sharp: x the place itself, y its mirror image. Place by place the
    // choice between them would run to and fro over lids and nostrils, and show parts of each twice.
    private static SurfaceField PreferenceField(Mesh headMesh, Sight[] seen, Sight[] mirrored)
    {
        var (min, max) = headMesh.Bounds();
        var field = new SurfaceField(min, max, PreferenceLevel);
        for (var k = 0; k < seen.Length; k++)
            field.Add(headMesh.Positions[k], new Vector3(Worth(seen[k]), Worth(mirrored[k]), 0), 1);
        field.Close();
        return field;

        static float Worth(Sight sight) => sight.Quality * (SoftWorth + (1 - SoftWorth) * sight.Sharp);
    }

    // What comes from the place itself and what from its mirror image.
    private static (float Own, float Mirrored) Shares(Sight own, Sight mirrored, Vector4 worth, FarHalf far, float headX)
    {
        // A high power, so that the halves meet along a narrow line and nothing shows twice.
        static float Power(float value)
        {
            var square = value * value;
            return square * square * square;
        }
        float ownWorth = worth.X / worth.W, mirroredWorth = worth.Y / worth.W;
        var alone = HeadView.Smooth(0.25f, SeenAlone, ownWorth);
        float p = Power(ownWorth), q = Power(mirroredWorth);
        var preference = far.Prefer(alone + (1 - alone) * (p + q > 0 ? p / (p + q) : 0.5f), headX);
        var known = 1 - (1 - own.Known) * (1 - mirrored.Known);
        float fromOwn = own.Known * preference, fromMirror = mirrored.Known * (1 - preference);
        var sum = fromOwn + fromMirror;
        return sum > 1e-5f ? (known * fromOwn / sum, known * fromMirror / sum) : (0, 0);
    }

    // How much brighter a place is than its mirror image in its light, logarithm.
    private float Apart(Vector3 place, Vector3 gain)
    {
        var image = _frame.Mirror(place);
        Vector4 own = _view.ColorAt(place.X, place.Y), other = MirrorLight.Apply(_view.ColorAt(image.X, image.Y), new Vector4(gain, 1));
        return MirrorLight.Brightness(own) - MirrorLight.Brightness(other);
    }

    private MirrorLight LightOf(Mesh photoMesh, Mesh headMesh, Sight[] seen, Sight[] mirrored, float area)
    {
        var pairs = new List<MirrorLight.Pair>();
        for (var k = 0; k < seen.Length; k++)
        {
            if (seen[k].Quality < PairQuality || mirrored[k].Quality < PairQuality) continue;
            var place = photoMesh.Positions[k];
            var image = _frame.Mirror(place);
            pairs.Add(new MirrorLight.Pair(
                headMesh.Positions[k], headMesh.Normals[k], _view.ColorAt(place.X, place.Y).AsVector3(),
                _view.ColorAt(image.X, image.Y).AsVector3(), seen[k].Quality * mirrored[k].Quality));
        }
        var (min, max) = headMesh.Bounds();
        return new MirrorLight(pairs, min, max, area);
    }

    private static float AreaPerVertex(Mesh mesh)
    {
        var area = 0.0;
        for (var t = 0; t < mesh.Triangles.Length; t += 3)
        {
            var a = mesh.Positions[mesh.Triangles[t]];
            area += Vector3.Cross(mesh.Positions[mesh.Triangles[t + 1]] - a, mesh.Positions[mesh.Triangles[t + 2]] - a).Length() / 2;
        }
        return (float)Math.Max(1e-12, area / mesh.VertexCount);
    }

    /// <summary>Does something for every vertex, a few thousand at a time on each thread.</summary>
    public static void ForVertices(int count, ParallelOptions parallel, Action<int> body)
    {
        const int Chunk = 2048;
        Parallel.For(0, (count + Chunk - 1) / Chunk, parallel, chunk =>
        {
            for (var k = chunk * Chunk; k < Math.Min(count, (chunk + 1) * Chunk); k++) body(k);
        });
    }
}
