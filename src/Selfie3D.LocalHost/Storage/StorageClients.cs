using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;

namespace Selfie3D.LocalHost.Storage;

/// <summary>Clients of one storage account.</summary>
/// <param name="Blobs">Its blobs.</param>
/// <param name="Queues">Its queues.</param>
public sealed record StorageClients(BlobServiceClient Blobs, QueueServiceClient Queues)
{
    /// <summary>Clients that enter with the account's key.</summary>
    /// <exception cref="LocalHostException">The text is no connection string.</exception>
    public static StorageClients FromConnectionString(string connectionString)
    {
        try
        {
            return new StorageClients(new BlobServiceClient(connectionString, Patient(new BlobClientOptions())), new QueueServiceClient(connectionString, Patient(new QueueClientOptions())));
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw new LocalHostException("The storage connection string cannot be read. Copy it whole, from the account's page.", e);
        }
    }

    /// <summary>Clients that enter with an identity; links are then signed with user delegation keys.</summary>
    /// <param name="blobEndpoint">Such as https://NAME.blob.core.windows.net.</param>
    /// <param name="credential">Null = Azure.Identity's default chain.</param>
    public static StorageClients FromIdentity(Uri blobEndpoint, TokenCredential? credential = null)
    {
        ArgumentNullException.ThrowIfNull(blobEndpoint);
        credential ??= new DefaultAzureCredential();
        var queueEndpoint = new Uri(blobEndpoint.ToString().Replace(".blob.", ".queue.", StringComparison.OrdinalIgnoreCase));
        return new StorageClients(new BlobServiceClient(blobEndpoint, credential, Patient(new BlobClientOptions())), new QueueServiceClient(queueEndpoint, credential, Patient(new QueueClientOptions())));
    }

    // A call that fails for seconds is left to the caller: messages come back, and people are told.
    private static T Patient<T>(T options)
        where T : ClientOptions
    {
        options.Retry.MaxRetries = 3;
        options.Retry.Delay = TimeSpan.FromMilliseconds(200);
        options.Retry.MaxDelay = TimeSpan.FromSeconds(2);
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(30);
        options.Diagnostics.IsLoggingContentEnabled = false;
        return options;
    }
}
