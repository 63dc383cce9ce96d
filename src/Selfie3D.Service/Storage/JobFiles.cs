using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace Selfie3D.Service.Storage;

/// <summary>The blobs of jobs: photo, what the steps hand on, and results.</summary>
public sealed class JobFiles
{
    private readonly BlobServiceClient _account;
    private readonly BlobContainerClient _uploads;
    private readonly BlobContainerClient _work;
    private readonly BlobContainerClient _results;

    /// <summary>Makes the access.</summary>
    public JobFiles(BlobServiceClient account, BlobLayout layout)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(layout);
        _account = account;
        Layout = layout;
        _uploads = account.GetBlobContainerClient(layout.Uploads);
        _work = account.GetBlobContainerClient(layout.Work);
        _results = account.GetBlobContainerClient(layout.Results);
    }

    /// <summary>Where what lies.</summary>
    public BlobLayout Layout { get; }

    /// <summary>Makes the containers that are missing.</summary>
    public Task CreateContainersAsync(CancellationToken cancel) =>
        Task.WhenAll(Layout.Containers.Select(name => _account.GetBlobContainerClient(name).CreateIfNotExistsAsync(cancellationToken: cancel)));

    /// <summary>Length and age of a photo; null when it is not there.</summary>
    public async Task<(long Bytes, DateTimeOffset At)?> FindUploadAsync(string id, CancellationToken cancel)
    {
        try
        {
            var found = await _uploads.GetBlobClient(id).GetPropertiesAsync(cancellationToken: cancel).ConfigureAwait(false);
            return (found.Value.ContentLength, found.Value.LastModified);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    /// <summary>Stores a photo.</summary>
    public Task WriteUploadAsync(string id, BinaryData photo, CancellationToken cancel) =>
        _uploads.GetBlobClient(id).UploadAsync(photo, overwrite: true, cancel);

    /// <summary>Reads a photo; null when it is not there.</summary>
    /// <param name="id">Job.</param>
    /// <param name="maxBytes">A longer one is refused without being read.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <exception cref="SelfieException"><see cref="ErrorCodes.ImageTooLarge"/>.</exception>
    public Task<byte[]?> ReadUploadAsync(string id, long maxBytes, CancellationToken cancel) => ReadAsync(Upload(id), cancel, maxBytes);

    /// <summary>Deletes a photo, if it is there.</summary>
    public Task DeleteUploadAsync(string id, CancellationToken cancel) => _uploads.DeleteBlobIfExistsAsync(id, cancellationToken: cancel);

    /// <summary>Lists photos with the time they came.</summary>
    public async IAsyncEnumerable<(string Id, DateTimeOffset At)> ListUploadsAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var blob in _uploads.GetBlobsAsync(new GetBlobsOptions(), cancel).ConfigureAwait(false))
            yield return (blob.Name, blob.Properties.LastModified ?? DateTimeOffset.MinValue);
    }

    /// <summary>Whether a step's output is there.</summary>
    public async Task<bool> HasWorkAsync(string id, string name, CancellationToken cancel) =>
        await Work(id, name).ExistsAsync(cancel).ConfigureAwait(false);

    /// <summary>Reads a step's output; null when it is not there.</summary>
    public Task<byte[]?> ReadWorkAsync(string id, string name, CancellationToken cancel) => ReadAsync(Work(id, name), cancel);

    /// <summary>Writes a step's output; it is there whole or not at all.</summary>
    public Task WriteWorkAsync(string id, string name, BinaryData content, CancellationToken cancel) =>
        Work(id, name).UploadAsync(content, overwrite: true, cancel);

    /// <summary>Writes a result.</summary>
    public Task WriteResultAsync(string id, ResultFormat format, BinaryData content, CancellationToken cancel) =>
        Result(id, format.FileName).UploadAsync(content, new BlobUploadOptions { HttpHeaders = new BlobHttpHeaders { ContentType = format.ContentType } }, cancel);

    /// <summary>Lengths of the results that are there, by file name.</summary>
    public async Task<IReadOnlyDictionary<string, long>> ListResultsAsync(string id, CancellationToken cancel)
    {
        var lengths = new Dictionary<string, long>();
        await foreach (var blob in _results.GetBlobsAsync(new GetBlobsOptions { Prefix = id + "/" }, cancel).ConfigureAwait(false))
            lengths[blob.Name[(id.Length + 1)..]] = blob.Properties.ContentLength ?? 0;
        return lengths;
    }

    /// <summary>Deletes photo and work of a job that has ended; results stay.</summary>
    public Task DeleteWorkAsync(string id, CancellationToken cancel) =>
        Task.WhenAll(DeleteUploadAsync(id, cancel), DeletePrefixAsync(_work, id, cancel));

    /// <summary>Deletes every blob of a job but its record.</summary>
    public Task DeleteAllAsync(string id, CancellationToken cancel) =>
        Task.WhenAll(DeleteWorkAsync(id, cancel), DeleteResultsAsync(id, cancel));

    /// <summary>Deletes the results of a job.</summary>
    public Task DeleteResultsAsync(string id, CancellationToken cancel) => DeletePrefixAsync(_results, id, cancel);

    /// <summary>Ids that have blobs in the containers of work and results, with the time of their newest blob.</summary>
    public async Task<IReadOnlyDictionary<string, DateTimeOffset>> ListOwnersAsync(CancellationToken cancel)
    {
        var owners = new Dictionary<string, DateTimeOffset>();
        foreach (var container in new[] { _work, _results })
        {
            await foreach (var blob in container.GetBlobsAsync(new GetBlobsOptions(), cancel).ConfigureAwait(false))
            {
                if (BlobLayout.JobOf(blob.Name) is not { } id)
                    continue;
                var at = blob.Properties.LastModified ?? DateTimeOffset.MinValue;
                owners[id] = owners.TryGetValue(id, out var known) && known > at ? known : at;
            }
        }

        return owners;
    }

    internal BlobClient Work(string id, string name) => _work.GetBlobClient($"{id}/{name}");

    internal BlobClient Result(string id, string name) => _results.GetBlobClient($"{id}/{name}");

    internal BlobClient Upload(string id) => _uploads.GetBlobClient(id);

    private static async Task<byte[]?> ReadAsync(BlobClient blob, CancellationToken cancel, long? maxBytes = null)
    {
        try
        {
            using var answer = (await blob.DownloadStreamingAsync(cancellationToken: cancel).ConfigureAwait(false)).Value;
            if (maxBytes is { } most)
                Uploads.UploadCheck.Length(answer.Details.ContentLength, most); // nothing of it was read yet
            var bytes = new byte[answer.Details.ContentLength];
            await answer.Content.ReadExactlyAsync(bytes, cancel).ConfigureAwait(false);
            return bytes;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    private static async Task DeletePrefixAsync(BlobContainerClient container, string id, CancellationToken cancel)
    {
        var deletions = new List<Task>();
        await foreach (var blob in container.GetBlobsAsync(new GetBlobsOptions { Prefix = id + "/" }, cancel).ConfigureAwait(false))
            deletions.Add(DeleteAsync(container.GetBlobClient(blob.Name), cancel));
        await Task.WhenAll(deletions).ConfigureAwait(false);
    }

    // A blob that somebody leases is deleted all the same: the lease only says who works, and there is nothing left to work on.
    private static async Task DeleteAsync(BlobClient blob, CancellationToken cancel)
    {
        try
        {
            await blob.DeleteIfExistsAsync(cancellationToken: cancel).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.LeaseIdMissing)
        {
            try
            {
                await blob.GetBlobLeaseClient().BreakAsync(TimeSpan.Zero, cancellationToken: cancel).ConfigureAwait(false);
            }
            catch (RequestFailedException broken) when (broken.Status is 404 or 409)
            {
                // Ended in between.
            }

            await blob.DeleteIfExistsAsync(cancellationToken: cancel).ConfigureAwait(false);
        }
    }
}
