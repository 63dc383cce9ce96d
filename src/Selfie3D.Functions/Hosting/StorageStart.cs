using Microsoft.Extensions.Hosting;
using Selfie3D.Service.Storage;

namespace Selfie3D.Functions.Hosting;

/// <summary>Makes the containers that are missing; in Azure they are part of the deployment.</summary>
internal sealed class StorageStart(JobFiles files) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => files.CreateContainersAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
