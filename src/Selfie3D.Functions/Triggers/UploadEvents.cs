using Azure.Storage.Blobs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Selfie3D.Functions.Hosting;

namespace Selfie3D.Functions.Triggers;

/// <summary>A photo came, told by Event Grid: within a second, and without anybody looking. The only kind that Flex Consumption has.</summary>
public sealed class UploadEvents(UploadStart start)
{
    /// <summary>Starts the photo's job; an event that comes again starts nothing.</summary>
    [Function(nameof(UploadEvents))]
    public Task RunAsync(
        [BlobTrigger("uploads/{name}", Source = BlobTriggerSource.EventGrid, Connection = FunctionsSettings.DataConnection)] BlobClient photo,
        [DurableClient] DurableTaskClient client, string name, CancellationToken cancel) => start.OnBlobAsync(name, client, cancel);
}
