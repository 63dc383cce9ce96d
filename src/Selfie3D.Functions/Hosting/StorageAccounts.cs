using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;

namespace Selfie3D.Functions.Hosting;

/// <summary>Clients from the same connection settings that the triggers use: a connection string, or addresses and an identity.</summary>
internal static class StorageAccounts
{
    /// <summary>Identity of this app in Azure; the developer's own elsewhere.</summary>
    public static TokenCredential Credential(FunctionsSettings settings) => settings.IdentityClientId.Length > 0
        ? new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(settings.IdentityClientId))
        : new DefaultAzureCredential();

    /// <summary>Blobs of a connection.</summary>
    public static BlobServiceClient Blobs(IConfiguration configuration, string connection, TokenCredential credential)
    {
        var options = Patient(new BlobClientOptions());
        return configuration[connection] is { Length: > 0 } text
            ? new BlobServiceClient(text, options)
            : new BlobServiceClient(Address(configuration, connection, "blob"), credential, options);
    }

    /// <summary>Queues of a connection.</summary>
    public static QueueServiceClient Queues(IConfiguration configuration, string connection, TokenCredential credential)
    {
        var options = Patient(new QueueClientOptions());
        return configuration[connection] is { Length: > 0 } text
            ? new QueueServiceClient(text, options)
            : new QueueServiceClient(Address(configuration, connection, "queue"), credential, options);
    }

    private static Uri Address(IConfiguration configuration, string connection, string service)
    {
        if (configuration[$"{connection}:{service}ServiceUri"] is { Length: > 0 } address)
            return new Uri(address);
        return configuration[$"{connection}:accountName"] is { Length: > 0 } account
            ? new Uri($"https://{account}.{service}.core.windows.net")
            : throw new InvalidOperationException($"The connection {connection} is not set: give {connection}__{service}ServiceUri, or a connection string for Azurite.");
    }

    // A call that fails for seconds is left to the orchestration, which tries again, or told to the caller.
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
