using Azure;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Selfie3D.LocalHost.Queues;
using Selfie3D.Service.Storage;

namespace Selfie3D.LocalHost.Hosting;

/// <summary>Makes containers and queues before anything else starts.</summary>
internal sealed class StorageStart(JobFiles files, StorageJobDispatcher dispatcher, ILogger<StorageStart> log) : IHostedService
{
    private const int Tries = 10, SecondsBetween = 2;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        for (int left = Tries; ; left--)
        {
            try
            {
                await files.CreateContainersAsync(cancellationToken).ConfigureAwait(false);
                await dispatcher.CreateQueuesAsync(cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (RequestFailedException e) when (e.Status is 401 or 403)
            {
                throw new LocalHostException($"The storage account refuses this host ({e.ErrorCode}). Check the connection string, or the identity's roles (Storage Blob Data Contributor, Storage Queue Data Contributor).", e);
            }
            catch (Exception e) when (e is RequestFailedException or AggregateException)
            {
                if (left <= 1)
                    throw new LocalHostException("The storage account does not answer. Check its address, and whether it is running.", e);
                log.StorageAway(e, "the start", SecondsBetween);
                await Task.Delay(TimeSpan.FromSeconds(SecondsBetween), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
