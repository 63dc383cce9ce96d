using BenchmarkDotNet.Attributes;
using Selfie3D.Detection;
using Selfie3D.Export;
using Selfie3D.Imaging;
using Selfie3D.Measuring;
using Selfie3D.Meshing;
using Selfie3D.Regression;
using Selfie3D.Texturing;

namespace Selfie3D.Benchmarks;

/// <summary>Each stage from the volume of the sample selfie to the files, with what it allocates.</summary>
[MemoryDiagnoser]
public class StageBenchmarks
{
    private Photo _photo = null!;
    private HeadEstimate _estimate = null!;
    private Mesh _surface = null!;
    private HeadFrame _frame = null!;
    private SelfieReconstruction _head = null!;

    [GlobalSetup]
    public void Setup()
    {
        string models = Path.Combine(AppContext.BaseDirectory, "models");
        _photo = new PhotoDecoder().Decode(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "selfie.jpg")));
        using var regressor = new HeadRegressor(Path.Combine(models, HeadRegressor.LandmarkModelFileName), Path.Combine(models, HeadRegressor.VolumeModelFileName));
        var face = new FaceBox(252, 758, 648, 648, 0, 0.95f); // what the detector finds in it
        _estimate = regressor.Estimate(_photo.Image, face.Scale(_photo.Scale));
        _surface = Isosurface.Extract(_estimate.Volume);
        _frame = HeadFrame.FromLandmarks(_estimate.Landmarks68, perspective: _estimate.Perspective);
        _head = HeadBuilder.Build(_photo, face, _estimate);
    }

    [Benchmark]
    public int Surface()
    {
        using var surface = Isosurface.Rent(_estimate.Volume);
        return surface.Mesh.TriangleCount;
    }

    [Benchmark]
    public MeshReport Check() => MeshChecks.Inspect(_surface);

    [Benchmark]
    public TexturedMesh Texture() => Texturer.Apply(_surface, _photo.Image, _frame);

    [Benchmark]
    public int Unwrap()
    {
        var texture = _head.Head.Texture;
        return Atlas.Make(_head.Head.Mesh, _frame.ViewDirection, texture.Width, new TextureOptions().FrontDetail).CutVertices.Length;
    }

    [Benchmark]
    public HeadAnchors Anchors() => HeadAnchors.Find(_head.Head.Mesh, _head.HeadLandmarks68);

    [Benchmark]
    public void VolumeToGlb() => GlbExporter.Write(HeadBuilder.Build(_photo, _head.Face, _estimate).Head, Stream.Null, GlbOptions.Of(_head));

    [Benchmark]
    public void Glb() => GlbExporter.Write(_head.Head, Stream.Null, GlbOptions.Of(_head));

    [Benchmark]
    public byte[] EncodeTexture() => ImageEncoder.Jpeg(_head.Head.Texture, new GlbOptions().TextureQuality);

    [Benchmark]
    public GlbOptions Thumbnail() => GlbOptions.Of(_head);

    [Benchmark]
    public void GlbCompressed() => GlbExporter.Write(_head.Head, Stream.Null, GlbOptions.Of(_head) with { Packing = GlbPacking.Meshopt });

    [Benchmark]
    public void GlbDraco() => GlbExporter.Write(_head.Head, Stream.Null, GlbOptions.Of(_head) with { Packing = GlbPacking.Draco });

    [Benchmark]
    public TexturedMesh SimplifyToAQuarter() => HeadSimplifier.Simplify(_head.Head, _head.Head.Mesh.TriangleCount / 4);

    [Benchmark]
    public void Obj() => ObjExporter.Write(_head.Head, Stream.Null, "head.mtl");

    [Benchmark]
    public void Ply() => PlyExporter.Write(_head.Head, Stream.Null);

    [Benchmark]
    public void Stl() => StlExporter.Write(_head.Head.Mesh, Stream.Null);

    [Benchmark]
    public void Usdz() => UsdzExporter.Write(_head.Head, Stream.Null);

    [Benchmark]
    public void Preview() => PreviewRenderer.Write(_head.Head, Stream.Null);
}
