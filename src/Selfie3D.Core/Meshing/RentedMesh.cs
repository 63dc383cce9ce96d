using System.Buffers;
using System.Numerics;

namespace Selfie3D.Meshing;

/// <summary>
/// A mesh in memory that is given back by <see cref="Dispose"/>, so that the next one finds it there: for a surface that is only a
/// step on the way to something else. One that is not given back is left to the garbage collector.
/// </summary>
public sealed class RentedMesh : IDisposable
{
    private int _isReturned;

    internal RentedMesh(Mesh mesh) => Mesh = mesh;

    /// <summary>The mesh; empty after <see cref="Dispose"/>. Copy what is to be kept.</summary>
    public Mesh Mesh { get; }

    /// <summary>Gives the memory back; the mesh must not be in use on any thread.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isReturned, 1) != 0) return;
        var (positions, normals, triangles) = Mesh.TakeArrays();
        ArrayPool<Vector3>.Shared.Return(positions);
        ArrayPool<Vector3>.Shared.Return(normals);
        ArrayPool<int>.Shared.Return(triangles);
    }

    /// <summary>A mesh with nothing in it yet, in rented memory.</summary>
    internal static Mesh Rent(int vertexCount, int indexCount) => new(
        ArrayPool<Vector3>.Shared.Rent(vertexCount), ArrayPool<Vector3>.Shared.Rent(vertexCount), ArrayPool<int>.Shared.Rent(indexCount),
        vertexCount, indexCount);
}
