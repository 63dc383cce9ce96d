using Azure.Storage.Blobs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Selfie3D.Functions.Hosting;

namespace Selfie3D.Functions.Triggers;

/// <summary>A photo came, found by looking: for Azurite, which has no Event Grid. Disabled in Azure by a setting.</summary>
public sealed class UploadPolling(UploadStart start)
{
    /// <summary>Starts the photo's job.</summary>
    [Function(nameof(UploadPolling))]
    public Task RunAsync(
        [BlobTrigger("uploads/{name}", Source = BlobTriggerSource.LogsAndContainerScan, Connection = FunctionsSettings.DataConnection)] BlobClient photo,
        [DurableClient] DurableTaskClient client, string name, CancellationToken cancel) => start.OnBlobAsync(name, client, cancel);
}
