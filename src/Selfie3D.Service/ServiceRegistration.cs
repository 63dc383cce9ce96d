using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Selfie3D.Detection;
using Selfie3D.Imaging;
using Selfie3D.Regression;
using Selfie3D.Service.Callbacks;
using Selfie3D.Service.Http;
using Selfie3D.Service.Jobs;
using Selfie3D.Service.Steps;
using Selfie3D.Service.Storage;

namespace Selfie3D.Service;

/// <summary>Puts the service together.</summary>
public static class ServiceRegistration
{
    /// <summary>
    /// Adds everything but what a host chooses: a <c>BlobServiceClient</c>, an <see cref="IJobDispatcher"/> and, where callers reach the
    /// storage under another address, a <see cref="BlobBase"/>. An <see cref="IPhotoReader"/> or <see cref="IHeadEstimator"/> that
    /// was added before is kept.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="options">Limits and lifetimes.</param>
    /// <param name="reconstruction">Models and quality.</param>
    /// <param name="concurrentJobs">Jobs that this process works on at the same time.</param>
    public static IServiceCollection AddSelfieService(
        this IServiceCollection services, ServiceOptions options, ReconstructorOptions reconstruction, int concurrentJobs)
    {
        ArgumentNullException.ThrowIfNull(options);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(new BlobBase(_ => null));
        services.AddSingleton(options);
        services.AddSingleton(reconstruction);
        services.AddMetrics();

        services.AddSingleton(new BlobLayout(options.NamePrefix));
        services.AddSingleton<JobFiles>();
        services.AddSingleton<LinkIssuer>();
        services.AddSingleton<JobStore>();
        services.AddSingleton<JobStarter>();
        services.AddSingleton<JobStages>();
        services.AddSingleton<JobRunner>();
        services.AddSingleton<Sweep>();
        services.AddSingleton<ServiceMetrics>();

        services.AddSingleton(provider => new FaceDetector(
            Path.Combine(reconstruction.ModelFolder, FaceDetector.ModelFileName), reconstruction.Detector, reconstruction.Inference,
            provider.GetRequiredService<HeadRegressor>().FaceEvidence));
        services.AddSingleton(_ => new HeadRegressor(
            Path.Combine(reconstruction.ModelFolder, HeadRegressor.LandmarkModelFileName),
            Path.Combine(reconstruction.ModelFolder, HeadRegressor.VolumeModelFileName), reconstruction.Regressor, reconstruction.Inference));
        services.AddSingleton(_ => new PhotoDecoder(reconstruction.Decoder with { MaxBytes = Math.Min(reconstruction.Decoder.MaxBytes, options.MaxUploadBytes) }));
        services.TryAddSingleton<IPhotoReader, CorePhotoReader>();
        services.TryAddSingleton<IHeadEstimator, LocalHeadEstimator>();
        services.AddSingleton(new StepMemory(concurrentJobs + 1));
        services.AddSingleton<StepOutputs>();
        services.AddSingleton<PhotoSource>();
        services.AddSingleton<DetectStep>();
        services.AddSingleton<RegressStep>();
        services.AddSingleton<MeshStep>();
        services.AddSingleton<PublishStep>();

        services.AddSingleton(new CallbackGuard(options.Callbacks));
        services.AddSingleton<CallbackSender>();
        services.AddSingleton<StatusWriter>();
        services.AddSingleton<SelfieApi>();
        return services;
    }
}
