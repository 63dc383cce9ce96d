using System.Globalization;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Selfie3D.Service.Storage;

namespace Selfie3D.Service.Jobs;

/// <summary>A job as it was last seen; changes are refused when somebody else made one since.</summary>
/// <param name="Job">The record.</param>
/// <param name="ETag">Its version.</param>
public sealed record StoredJob(JobRecord Job, ETag ETag);

/// <summary>Job records as blobs with optimistic concurrency.</summary>
public sealed class JobStore
{
    private const string Expires = "expires";

    private readonly BlobContainerClient _container;
    private readonly TimeProvider _clock;

    /// <summary>Makes the store.</summary>
    public JobStore(BlobServiceClient account, BlobLayout layout, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(layout);
        _container = account.GetBlobContainerClient(layout.Jobs);
        _clock = clock;
    }

    /// <summary>Writes a new record.</summary>
    public async Task<StoredJob> CreateAsync(JobRecord job, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(job);
        return new StoredJob(job, await PutAsync(job, new BlobRequestConditions { IfNoneMatch = ETag.All }, cancel).ConfigureAwait(false));
    }

    /// <summary>Reads a record; null when there is none.</summary>
    public async Task<StoredJob?> FindAsync(string id, CancellationToken cancel)
    {
        try
        {
            var content = await _container.GetBlobClient(id).DownloadContentAsync(cancel).ConfigureAwait(false);
            var job = content.Value.Content.ToObjectFromJson<JobRecord>(ServiceJson.Options)
                ?? throw new JsonException($"The record of job {id} is empty.");
            return new StoredJob(job, content.Value.Details.ETag);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    /// <summary>Changes a record, reading it anew as often as somebody else was quicker.</summary>
    /// <param name="stored">The record as last seen.</param>
    /// <param name="change">Gives the changed record, or null to leave it as it is.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <returns>The record as it is now; null when it is gone.</returns>
    public async Task<StoredJob?> UpdateAsync(StoredJob stored, Func<JobRecord, JobRecord?> change, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(stored);
        ArgumentNullException.ThrowIfNull(change);
        while (true)
        {
            if (change(stored.Job) is not { } changed)
                return stored;
            changed = changed with { UpdatedAt = _clock.GetUtcNow() };
            try
            {
                var tag = await PutAsync(changed, new BlobRequestConditions { IfMatch = stored.ETag }, cancel).ConfigureAwait(false);
                return new StoredJob(changed, tag);
            }
            catch (RequestFailedException e) when (e.Status is 404 or 409 or 412)
            {
                if (await FindAsync(changed.Id, cancel).ConfigureAwait(false) is not { } fresh)
                    return null;
                stored = fresh;
            }
        }
    }

    /// <summary>Brings a job into a state; a job that has ended stays as it is.</summary>
    /// <returns>The record as it is now; null when it is gone.</returns>
    public Task<StoredJob?> EnterAsync(StoredJob stored, JobState state, CancellationToken cancel) =>
        UpdateAsync(stored, job => job.State.IsEnded() || job.State == state ? null : job with { State = state }, cancel);

    /// <summary>Deletes the record, if it is there.</summary>
    public Task DeleteAsync(string id, CancellationToken cancel) => _container.DeleteBlobIfExistsAsync(id, cancellationToken: cancel);

    /// <summary>Lists all ids with the time at which they are to be deleted.</summary>
    public async IAsyncEnumerable<(string Id, DateTimeOffset ExpiresAt)> ListAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var blob in _container.GetBlobsAsync(new GetBlobsOptions { Traits = BlobTraits.Metadata }, cancel).ConfigureAwait(false))
        {
            bool known = blob.Metadata.TryGetValue(Expires, out string? text) & long.TryParse(text, CultureInfo.InvariantCulture, out long seconds);
            yield return (blob.Name, known ? DateTimeOffset.FromUnixTimeSeconds(seconds) : DateTimeOffset.MinValue);
        }
    }

    private async Task<ETag> PutAsync(JobRecord job, BlobRequestConditions conditions, CancellationToken cancel)
    {
        var options = new BlobUploadOptions
        {
            Conditions = conditions,
            HttpHeaders = new BlobHttpHeaders { ContentType = "application/json" },
            Metadata = new Dictionary<string, string> { [Expires] = job.ExpiresAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) },
        };
        var content = BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(job, ServiceJson.Options));
        var answer = await _container.GetBlobClient(job.Id).UploadAsync(content, options, cancel).ConfigureAwait(false);
        return answer.Value.ETag;
    }
}
