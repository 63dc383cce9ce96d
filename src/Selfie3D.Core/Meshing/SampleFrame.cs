using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Selfie3D.Regression;

namespace Selfie3D.Meshing;

/// <summary>Samples to the photo frame. Sample i lies at voxel coordinate i + 0.5; the map is affine, and its axes are worked out once.</summary>
internal readonly struct SampleFrame
{
    private readonly Vector128<float> _origin, _x, _y, _z, _right, _down, _near;

    public SampleFrame(HeadVolume volume)
    {
        int size = volume.Size;
        var origin = volume.VoxelToPhoto(new Vector3(0.5f));
        _origin = origin.AsVector128();
        _x = ((volume.VoxelToPhoto(new Vector3(size + 0.5f, 0.5f, 0.5f)) - origin) / size).AsVector128();
        _y = ((volume.VoxelToPhoto(new Vector3(0.5f, size + 0.5f, 0.5f)) - origin) / size).AsVector128();
        _z = ((volume.VoxelToPhoto(new Vector3(0.5f, 0.5f, size + 0.5f)) - origin) / size).AsVector128();
        _right = volume.Crop.DirectionToPhoto(Vector3.UnitX).AsVector128();
        _down = volume.Crop.DirectionToPhoto(Vector3.UnitY).AsVector128();
        _near = volume.Crop.DirectionToPhoto(Vector3.UnitZ).AsVector128();
    }

    /// <summary>A place; lane 3 is not looked at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector3 ToPhoto(Vector128<float> p) => (_origin + p.GetElement(0) * _x + p.GetElement(1) * _y + p.GetElement(2) * _z).AsVector3();

    /// <summary>A direction; keeps its length.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector3 DirectionToPhoto(Vector128<float> n) => (n.GetElement(0) * _right + n.GetElement(1) * _down + n.GetElement(2) * _near).AsVector3();
}
