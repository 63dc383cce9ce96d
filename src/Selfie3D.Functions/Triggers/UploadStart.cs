using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Selfie3D.Functions.Orchestration;
using Selfie3D.Service.Jobs;

namespace Selfie3D.Functions.Triggers;

/// <summary>What every kind of news of a photo does: starts the job that waits for it, once.</summary>
public sealed class UploadStart(JobStarter starter, DurableDispatcher dispatcher, ILogger<UploadStart> log)
{
    /// <summary>A blob is there.</summary>
    public async Task OnBlobAsync(string name, DurableTaskClient client, CancellationToken cancel)
    {
        if (!JobId.IsValid(name))
        {
            log.ForeignBlob();
            return;
        }

        dispatcher.Use(client);
        await starter.StartIfUploadedAsync(name, cancel).ConfigureAwait(false);
    }
}
