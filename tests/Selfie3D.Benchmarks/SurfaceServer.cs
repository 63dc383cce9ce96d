using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using Selfie3D.Meshing;
using Selfie3D.Regression;

namespace Selfie3D.Benchmarks;

/// <summary>
/// Our side of <c>compare_surfaces.py</c>: extracts the surface of a volume when asked on standard input, so that the other
/// programs can be timed in turns with it.
/// </summary>
internal static class SurfaceServer
{
    /// <summary>Reads lines "VOLUME SIZE MESH": answers each with milliseconds and the number of triangles, and writes the mesh.</summary>
    public static int Run()
    {
        WarmUp();
        string? line;
        while ((line = Console.ReadLine()) is { Length: > 0 })
        {
            if (line.Split('\t') is not [var volumePath, var size, var meshPath])
                return 2;
            var volume = Read(volumePath, int.Parse(size, CultureInfo.InvariantCulture));
            GC.Collect(); // the mesh before; the others let go of theirs outside of their clocks too
            var clock = Stopwatch.StartNew();
            var mesh = Isosurface.Extract(volume);
            double milliseconds = clock.Elapsed.TotalMilliseconds;
            var report = MeshChecks.Inspect(mesh);
            Write(mesh, volume, meshPath);
            Console.WriteLine(FormattableString.Invariant($"{milliseconds:0.000}\t{mesh.TriangleCount}\t{report.Watertight}\t{report.DegenerateTriangles}"));
        }

        return 0;
    }

    // Until the just-in-time compiler has done all it does.
    private static void WarmUp()
    {
        const int Size = 64, Times = 150;
        var ball = new float[Size * Size * Size];
        for (int i = 0; i < ball.Length; i++)
            ball[i] = Vector3.Distance(new Vector3(i % Size, i / Size % Size, i / Size / Size), new Vector3(Size / 2 + 0.1f)) - Size / 3;
        var volume = new HeadVolume(Size, ball, new HeadCrop(Size / 2f, Size / 2f, Size, 0));
        for (int k = 0; k < Times; k++)
            Isosurface.Extract(volume);
    }

    // The crop makes photo coordinates voxels, but for z, which is 0 in the middle.
    private static HeadVolume Read(string path, int size) =>
        new(size, MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(path)).ToArray(), new HeadCrop(size / 2f, size / 2f, size, 0));

    // Positions in samples (the first sample of each axis at 0), then vertex indices; both as they lie in memory.
    private static void Write(Mesh mesh, HeadVolume volume, string path)
    {
        using var file = File.Create(path);
        Vector3[] samples = [.. mesh.Positions.Select(p => volume.PhotoToVoxel(p) - new Vector3(0.5f))];
        file.Write(BitConverter.GetBytes(samples.Length));
        file.Write(MemoryMarshal.AsBytes(samples.AsSpan()));
        file.Write(MemoryMarshal.AsBytes(mesh.Triangles.AsSpan()));
    }
}
