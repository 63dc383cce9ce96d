using System.Diagnostics;
using Azure;
using Azure.Storage.Blobs;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Selfie3D.Detection;
using Selfie3D.Service;
using Selfie3D.Service.Http;
using Selfie3D.Service.Steps;
using Selfie3D.Service.Storage;

namespace Selfie3D.LocalHost.Hosting;

/// <summary>Loads the models when the host starts, and says whether it can work.</summary>
internal sealed class Readiness(
    IServiceProvider services, BlobServiceClient blobs, BlobLayout layout, ReconstructorOptions reconstruction, IHostApplicationLifetime lifetime, ILogger<Readiness> log)
    : IHostedService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly TaskCompletionSource<bool> _models = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ = Task.Run(Load, CancellationToken.None);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Completed when the models are loaded (true) or cannot be (false).</summary>
    public Task<bool> ModelsAsync(CancellationToken cancel) => _models.Task.WaitAsync(cancel);

    /// <summary><c>GET /health/ready</c>.</summary>
    public async Task<IResult> GetAsync(CancellationToken cancel)
    {
        if (!_models.Task.IsCompletedSuccessfully || !_models.Task.Result)
            return Problems.Of(ServiceCodes.Busy, "The models are not loaded yet.", TimeSpan.FromSeconds(1));
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            patience.CancelAfter(Patience);
            await blobs.GetBlobContainerClient(layout.Jobs).GetPropertiesAsync(cancellationToken: patience.Token).ConfigureAwait(false);
            return Results.Json(new { status = "ready" });
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException or OperationCanceledException)
        {
            return Problems.Of(ServiceCodes.StorageUnavailable, "The storage does not answer.", Patience);
        }
    }

    private void Load()
    {
        var clock = Stopwatch.StartNew();
        try
        {
            services.GetRequiredService<FaceDetector>();
            services.GetRequiredService<IHeadEstimator>();
            log.ModelsLoaded(reconstruction.ModelFolder, clock.ElapsedMilliseconds);
            _models.SetResult(true);
        }
        catch (Exception e)
        {
            // Without models nothing can be done, and waiting does not help.
            log.ModelsUnusable(e.Message);
            _models.SetResult(false);
            Environment.ExitCode = 1;
            lifetime.StopApplication();
        }
    }
}
