using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Sas;

namespace Selfie3D.Service.Storage;

/// <summary>
/// Hands out links (shared access signatures) to single blobs: create-only for a photo, read-only for a result. Signed with
/// the account's key when the client has one (Azurite, connection string), otherwise with a user delegation key.
/// </summary>
public sealed class LinkIssuer : IDisposable
{
    // Clocks differ a little; a link must work at once.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan KeyLifetime = TimeSpan.FromHours(6);

    private readonly BlobServiceClient _account;
    private readonly JobFiles _files;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _keyGate = new(1, 1);
    private UserDelegationKey? _key;

    /// <summary>Makes the issuer.</summary>
    public LinkIssuer(BlobServiceClient account, JobFiles files, TimeProvider clock)
    {
        _account = account;
        _files = files;
        _clock = clock;
    }

    /// <summary>A link that can create the photo of one job, once.</summary>
    /// <param name="id">Job.</param>
    /// <param name="expiresAt">End of the link.</param>
    /// <param name="blobBase">Address under which the client reaches the blob storage; null for the account's own.</param>
    /// <param name="cancel">Ends the call.</param>
    public Task<Uri> UploadAsync(string id, DateTimeOffset expiresAt, Uri? blobBase, CancellationToken cancel) =>
        SignAsync(_files.Upload(id), BlobSasPermissions.Create, expiresAt, fileName: null, blobBase, cancel);

    /// <summary>A link that can read one result of one job.</summary>
    /// <param name="id">Job.</param>
    /// <param name="format">Name of one of <see cref="ResultFormats.All"/>.</param>
    /// <param name="expiresAt">End of the link.</param>
    /// <param name="blobBase">Address under which the client reaches the blob storage; null for the account's own.</param>
    /// <param name="cancel">Ends the call.</param>
    public Task<Uri> ResultAsync(string id, string format, DateTimeOffset expiresAt, Uri? blobBase, CancellationToken cancel)
    {
        string name = ResultFormats.Named(format).FileName;
        return SignAsync(_files.Result(id, name), BlobSasPermissions.Read, expiresAt, name, blobBase, cancel);
    }

    /// <inheritdoc/>
    public void Dispose() => _keyGate.Dispose();

    private async Task<Uri> SignAsync(
        BlobClient blob, BlobSasPermissions permissions, DateTimeOffset expiresAt, string? fileName, Uri? blobBase, CancellationToken cancel)
    {
        var sas = new BlobSasBuilder(permissions, expiresAt)
        {
            BlobContainerName = blob.BlobContainerName,
            BlobName = blob.Name,
            Resource = "b",
            Protocol = blob.Uri.Scheme == Uri.UriSchemeHttps ? SasProtocol.Https : SasProtocol.HttpsAndHttp,
            StartsOn = _clock.GetUtcNow() - ClockSkew,
            ContentDisposition = fileName is null ? null : $"{Disposition(fileName)}; filename=\"{fileName}\"",
        };
        var link = blob.CanGenerateSasUri
            ? blob.GenerateSasUri(sas)
            : new BlobUriBuilder(blob.Uri) { Sas = sas.ToSasQueryParameters(await KeyAsync(expiresAt, cancel).ConfigureAwait(false), _account.AccountName) }.ToUri();
        return blobBase is null ? link : new Uri(blobBase, link.PathAndQuery);
    }

    // Telephones of Apple show a USDZ in the room at once, unless it comes as a download.
    private static string Disposition(string fileName) => fileName.EndsWith(".usdz", StringComparison.Ordinal) ? "inline" : "attachment";

    private async Task<UserDelegationKey> KeyAsync(DateTimeOffset neededUntil, CancellationToken cancel)
    {
        if (_key is { } known && known.SignedExpiresOn >= neededUntil)
            return known;
        await _keyGate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (_key is not { } fresh || fresh.SignedExpiresOn < neededUntil)
            {
                var now = _clock.GetUtcNow();
                var end = neededUntil > now + KeyLifetime ? neededUntil : now + KeyLifetime;
                var options = new BlobGetUserDelegationKeyOptions(end + ClockSkew) { StartsOn = now - ClockSkew };
                _key = (await _account.GetUserDelegationKeyAsync(options, cancel).ConfigureAwait(false)).Value;
            }

            return _key;
        }
        finally
        {
            _keyGate.Release();
        }
    }
}
