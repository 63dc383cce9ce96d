using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Selfie3D.Functions.Orchestration;
using Selfie3D.Service.Jobs;

namespace Selfie3D.Functions.Triggers;

/// <summary>What every kind of news of a photo does: starts the job that waits for it, once; a photo that comes after the end is deleted.</summary>
public sealed class UploadStart(JobStarter starter, JobStages stages, DurableDispatcher dispatcher, ILogger<UploadStart> log)
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
        var stored = await starter.StartIfUploadedAsync(name, cancel).ConfigureAwait(false);
        // Until it runs out, a link can put a second photo when the first one is deleted: nobody wants it, so nobody keeps it.
        if (stored is { Job: var job } && job.State.IsEnded())
            await stages.TidyUpAsync(job, cancel).ConfigureAwait(false);
    }
}
