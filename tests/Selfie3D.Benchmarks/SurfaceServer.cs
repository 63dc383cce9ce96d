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
    // The same as in compare_surfaces.py.
    private const int Repeats = 5, WakingUp = 2;

    /// <summary>Reads lines "VOLUME SIZE MESH": answers each with milliseconds and those of processor time, and writes the mesh.</summary>
    public static int Run()
    {
        WarmUp();
        float[] distance = []; // kept: only what the extraction takes is taken anew each time
        string? line;
        while ((line = Console.ReadLine()) is { Length: > 0 })
        {
            if (line.Split('\t') is not [var volumePath, var sizeText, var meshPath])
                return 2;
            int size = int.Parse(sizeText, CultureInfo.InvariantCulture);
            if (distance.Length != size * size * size)
                distance = new float[size * size * size];
            var volume = Read(volumePath, size, distance);
            var (milliseconds, processor) = Enumerable.Range(0, Repeats).Select(_ => Time(volume)).Skip(WakingUp).OrderBy(taken => taken.Wall).ElementAt((Repeats - WakingUp) / 2);
            using var surface = Isosurface.Rent(volume);
            Write(surface.Mesh, volume, meshPath);
            Console.WriteLine(FormattableString.Invariant($"{milliseconds:0.000}\t{processor:0.000}"));
        }

        return 0;
    }

    private static (double Wall, double Processor) Time(HeadVolume volume)
    {
        var usedBefore = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        using var surface = Isosurface.Rent(volume); // as for a head
        return (clock.Elapsed.TotalMilliseconds, (Environment.CpuUsage.TotalTime - usedBefore).TotalMilliseconds);
    }

    // Until the just-in-time compiler has done all it does.
    private static void WarmUp()
    {
        const int Size = 64, Times = 150, Turns = 4, PauseMs = 500; // it waits for pauses
        var ball = new float[Size * Size * Size];
        for (int i = 0; i < ball.Length; i++)
            ball[i] = Vector3.Distance(new Vector3(i % Size, i / Size % Size, i / Size / Size), new Vector3(Size / 2 + 0.1f)) - Size / 3;
        var volume = new HeadVolume(Size, ball, new HeadCrop(Size / 2f, Size / 2f, Size, 0));
        for (int turn = 0; turn < Turns; turn++)
        {
            for (int k = 0; k < Times; k++)
                Isosurface.Rent(volume).Dispose();
            Thread.Sleep(PauseMs);
        }
    }

    // The crop makes photo coordinates voxels, but for z, which is 0 in the middle.
    private static HeadVolume Read(string path, int size, float[] distance)
    {
        using var file = File.OpenRead(path);
        file.ReadExactly(MemoryMarshal.AsBytes(distance.AsSpan()));
        return new(size, distance, new HeadCrop(size / 2f, size / 2f, size, 0));
    }

    // Positions in samples (the first sample of each axis at 0), then vertex indices; both as they lie in memory.
    private static void Write(Mesh mesh, HeadVolume volume, string path)
    {
        using var file = File.Create(path);
        file.Write(BitConverter.GetBytes(mesh.VertexCount));
        Span<Vector3> sample = stackalloc Vector3[1];
        foreach (var position in mesh.Positions)
        {
            sample[0] = volume.PhotoToVoxel(position) - new Vector3(0.5f);
            file.Write(MemoryMarshal.AsBytes(sample));
        }

        file.Write(MemoryMarshal.AsBytes(mesh.Triangles));
    }
}
