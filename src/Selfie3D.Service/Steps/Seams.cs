using Selfie3D.Detection;
using Selfie3D.Imaging;
using Selfie3D.Regression;

namespace Selfie3D.Service.Steps;

/// <summary>Decodes photos; hosts choose the library.</summary>
public interface IPhotoReader
{
    /// <summary>Decodes one photo.</summary>
    /// <exception cref="SelfieException">As <see cref="PhotoDecoder"/>.</exception>
    Photo Read(ReadOnlyMemory<byte> bytes);
}

/// <summary>Makes the volume of a head; in process, or on another machine.</summary>
public interface IHeadEstimator
{
    /// <summary>Estimates the head of one face.</summary>
    /// <param name="image">The upright photo.</param>
    /// <param name="face">In its pixels.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <exception cref="SelfieException">The photo's fault.</exception>
    Task<HeadEstimate> EstimateAsync(RgbImage image, FaceBox face, CancellationToken cancel);

    /// <summary>File names and versions of the models.</summary>
    IReadOnlyList<(string FileName, string Version)> Models { get; }
}

/// <summary><see cref="PhotoDecoder"/> of the core.</summary>
public sealed class CorePhotoReader(PhotoDecoder decoder) : IPhotoReader
{
    /// <inheritdoc/>
    public Photo Read(ReadOnlyMemory<byte> bytes) => decoder.Decode(bytes);
}

/// <summary><see cref="HeadRegressor"/> in this process.</summary>
public sealed class LocalHeadEstimator(HeadRegressor regressor) : IHeadEstimator
{
    /// <inheritdoc/>
    public IReadOnlyList<(string FileName, string Version)> Models => regressor.Models;

    /// <inheritdoc/>
    public Task<HeadEstimate> EstimateAsync(RgbImage image, FaceBox face, CancellationToken cancel) =>
        Computation.RunAsync(() => regressor.Estimate(image, face), cancel);
}

/// <summary>Long computations beside the thread pool, which has to stay free for requests.</summary>
public static class Computation
{
    /// <summary>Runs a computation on a thread of its own.</summary>
    public static Task<T> RunAsync<T>(Func<T> compute, CancellationToken cancel) =>
        Task.Factory.StartNew(compute, cancel, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
}
