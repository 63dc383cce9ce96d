using System.Numerics;
using BenchmarkDotNet.Attributes;
using Selfie3D.Imaging;
using Selfie3D.Meshing;
using Selfie3D.Regression;

namespace Selfie3D.Benchmarks;

/// <summary>The parts that are loops of our own, on a sphere as large as a head.</summary>
[MemoryDiagnoser]
public class KernelBenchmarks
{
    private readonly float[] _planes = new float[3 * 128 * 128];
    private RgbImage _photo = null!;
    private Vector3[] _positions = null!;
    private int[] _triangles = null!;
    private HeadVolume _volume = null!;

    [Params(64, 128)]
    public int VolumeSize { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _photo = new RgbImage(1512, 2016);
        new Random(1).NextBytes(_photo.Pixels);
        (_positions, _triangles) = Sphere(VolumeSize, 80, 140); // as many vertices as the head prior
        _volume = new HeadVolume(VolumeSize, Voxelize(), new HeadCrop(700, 900, 1100, 5));
    }

    [Benchmark]
    public void SampleCrop() => ImageSampler.SampleCrop(_photo, new HeadCrop(700, 900, 1100, 5), 128, _planes);

    [Benchmark]
    public float[] Voxelize() => SurfaceVoxelizer.Voxelize(_positions, _triangles, VolumeSize, 3 * VolumeSize / 64);

    [Benchmark]
    public float[] RefineBand()
    {
        float[] distance = [.. _volume.Distance];
        TriangleBand.Refine(distance, _positions, _triangles, VolumeSize);
        return distance;
    }

    [Benchmark]
    public int ExtractSurface()
    {
        using var surface = Isosurface.Rent(_volume);
        return surface.Mesh.TriangleCount;
    }

    private static (Vector3[], int[]) Sphere(int size, int rows, int columns)
    {
        var positions = new Vector3[rows * columns];
        var triangles = new List<int>();
        for (int i = 0; i < rows; i++)
        {
            var (sin, cos) = MathF.SinCos(MathF.PI * (i + 0.5f) / rows);
            for (int j = 0; j < columns; j++)
            {
                var (s, c) = MathF.SinCos(2 * MathF.PI * j / columns);
                positions[i * columns + j] = new Vector3(size / 2f) + 0.42f * size * new Vector3(sin * c, -cos, sin * s);
                if (i == 0)
                    continue;
                int next = (j + 1) % columns, a = (i - 1) * columns + j, b = (i - 1) * columns + next, d = i * columns + j, e = i * columns + next;
                triangles.AddRange([a, b, d, b, e, d]);
            }
        }

        return (positions, [.. triangles]);
    }
}
