using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Selfie3D.Functions.Orchestration;
using Selfie3D.ImageSharp;
using Selfie3D.Service;
using Selfie3D.Service.Jobs;
using Selfie3D.Service.Regressor;
using Selfie3D.Service.Steps;

namespace Selfie3D.Functions.Hosting;

/// <summary>Puts the app's parts together.</summary>
internal static class SelfieServices
{
    /// <summary>Adds them.</summary>
    public static void Add(IServiceCollection services, IConfiguration configuration)
    {
        var settings = FunctionsSettings.Read(configuration);
        var credential = StorageAccounts.Credential(settings);
        var reconstruction = Reconstruction(settings);

        services.AddSingleton(settings);
        services.AddSingleton(StorageAccounts.Blobs(configuration, FunctionsSettings.DataConnection, credential));
        services.AddSingleton(new WaitingWork(StorageAccounts.Queues(configuration, FunctionsSettings.HostConnection, credential), settings.TaskHub));
        services.AddSingleton<DurableDispatcher>();
        services.AddSingleton<IJobDispatcher>(provider => provider.GetRequiredService<DurableDispatcher>());
        services.AddSingleton<IPhotoReader>(provider => new ImageSharpPhotoReader(
            reconstruction.Decoder with { MaxBytes = Math.Min(reconstruction.Decoder.MaxBytes, settings.Service.MaxUploadBytes) },
            provider.GetRequiredService<Imaging.PhotoDecoder>()));
        services.AddRegressor(settings.Regressor, credential);
        services.AddSelfieService(settings.Service, reconstruction, settings.WorkerCount);
        services.AddSingleton<Http.Readiness>();
        services.AddSingleton<Triggers.UploadStart>();
        services.AddHostedService<StorageStart>();
    }

    // The cores are shared out among the jobs.
    private static ReconstructorOptions Reconstruction(FunctionsSettings settings)
    {
        int threads = Math.Max(1, Environment.ProcessorCount / settings.WorkerCount);
        var defaults = new ReconstructorOptions();
        return defaults with
        {
            Inference = defaults.Inference with { Threads = threads },
            Regressor = settings.VolumeSize > 0 ? defaults.Regressor with { VolumeSize = settings.VolumeSize } : defaults.Regressor,
            Isosurface = defaults.Isosurface with { MaxThreads = threads },
            Texture = defaults.Texture with { MaxThreads = threads, Size = settings.TextureSize > 0 ? settings.TextureSize : defaults.Texture.Size },
        };
    }
}
