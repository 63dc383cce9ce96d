using Microsoft.AspNetCore.Http;
using Selfie3D.Service.Jobs;
using Selfie3D.Service.Storage;

namespace Selfie3D.Service.Http;

/// <summary>Address under which a caller reaches the blob storage; null for the account's own address.</summary>
/// <param name="request">The caller's request; null where there is none (callbacks).</param>
public delegate Uri? BlobBase(HttpRequest? request);

/// <summary>From a record to what the outside sees of it: no secrets, fresh links.</summary>
public sealed class StatusWriter(LinkIssuer links, BlobBase blobBase, ServiceOptions options, TimeProvider clock)
{
    /// <summary>The answer for a job.</summary>
    public async Task<StatusAnswer> WriteAsync(JobRecord job, HttpRequest? request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(job);
        var results = new List<ResultLink>();
        if (job.State == JobState.Done)
        {
            var end = clock.GetUtcNow() + options.ResultLinkLifetime;
            if (end > job.ExpiresAt)
                end = job.ExpiresAt;
            foreach (var file in job.Results)
                results.Add(new ResultLink(file.Format, await links.ResultAsync(job.Id, file.Format, end, blobBase(request), cancel).ConfigureAwait(false), file.Bytes, end));
        }

        return new StatusAnswer
        {
            Id = job.Id,
            State = job.State,
            Progress = job.State.Progress(),
            CreatedAt = job.CreatedAt,
            StartedAt = job.StartedAt,
            EndedAt = job.EndedAt,
            ExpiresAt = job.ExpiresAt,
            Photo = job.Photo,
            Face = job.Face,
            Error = job.Error,
            Results = results,
        };
    }
}
