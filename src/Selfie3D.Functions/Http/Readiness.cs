using Azure;
using Azure.Storage.Blobs;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Selfie3D.Detection;
using Selfie3D.Service;
using Selfie3D.Service.Http;
using Selfie3D.Service.Steps;
using Selfie3D.Service.Storage;

namespace Selfie3D.Functions.Http;

/// <summary>Whether this instance can work: models loaded, storage there.</summary>
public sealed class Readiness(IServiceProvider services, BlobServiceClient blobs, BlobLayout layout)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary><c>GET /health/ready</c>.</summary>
    public async Task<IResult> GetAsync(CancellationToken cancel)
    {
        try
        {
            services.GetRequiredService<FaceDetector>();
            services.GetRequiredService<IHeadEstimator>();
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            patience.CancelAfter(Patience);
            await blobs.GetBlobContainerClient(layout.Jobs).GetPropertiesAsync(cancellationToken: patience.Token).ConfigureAwait(false);
            return Results.Json(new { status = "ready" });
        }
        catch (SelfieException)
        {
            return Problems.Of(ServiceCodes.Busy, "The models cannot be loaded.", TimeSpan.FromSeconds(1));
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException or OperationCanceledException)
        {
            return Problems.Of(ServiceCodes.StorageUnavailable, "The storage does not answer.", Patience);
        }
    }
}
