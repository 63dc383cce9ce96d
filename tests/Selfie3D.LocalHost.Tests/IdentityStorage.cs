using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Logging.Abstractions;
using Selfie3D.LocalHost.Storage;

namespace Selfie3D.LocalHost.Tests;

/// <summary>Azurite over TLS that takes bearer tokens, and clients of it that hold no key.</summary>
/// <remarks>Azurite reads a token's claims and does not check its signature, so a token made here will do.</remarks>
internal sealed class IdentityStorage : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder;

    private IdentityStorage(Process process, string folder, int blobPort, int queuePort)
    {
        (_process, _folder) = (process, folder);
        var credential = new OwnToken();
        Blobs = new BlobServiceClient(new Uri($"https://127.0.0.1:{blobPort}/{AzuriteProcess.Account}"), credential,
            new BlobClientOptions { Transport = new HttpClientTransport(Http) });
        Queues = new QueueServiceClient(new Uri($"https://127.0.0.1:{queuePort}/{AzuriteProcess.Account}"), credential,
            new QueueClientOptions { Transport = new HttpClientTransport(Http) });
    }

    public BlobServiceClient Blobs { get; }

    public QueueServiceClient Queues { get; }

    /// <summary>Trusts the emulator's certificate, which nobody signed.</summary>
    public HttpClient Http { get; } = new(new HttpClientHandler
    {
        ServerCertificateCustomValidationCallback = (request, _, _, _) => request.RequestUri!.IsLoopback,
    });

    public static async Task<IdentityStorage> StartAsync(CancellationToken cancel)
    {
        string folder = Directory.CreateTempSubdirectory("selfie3d-identity-").FullName;
        string installation = await AzuriteInstall.EnsureAsync(new LocalHostOptions().Data, NullLogger.Instance, cancel);
        WriteCertificate(folder);
        var (blobPort, queuePort) = (AzuriteProcess.FreePort(), AzuriteProcess.FreePort());
        var start = new ProcessStartInfo("node",
        [
            AzuriteInstall.Script, "--location", folder, "--silent", "--disableTelemetry", "--skipApiVersionCheck",
            "--oauth", "basic", "--cert", Path.Combine(folder, "cert.pem"), "--key", Path.Combine(folder, "key.pem"),
            "--blobPort", $"{blobPort}", "--queuePort", $"{queuePort}", "--tablePort", $"{AzuriteProcess.FreePort()}",
        ])
        {
            WorkingDirectory = installation,
            RedirectStandardInput = true,
        };
        start.Environment["AZURITE_ACCOUNTS"] = $"{AzuriteProcess.Account}:{Convert.ToBase64String(RandomNumberGenerator.GetBytes(64))}";
        var storage = new IdentityStorage(Process.Start(start)!, folder, blobPort, queuePort);
        await TestHost.EventuallyAsync(() => storage.ReadyAsync(cancel), "the emulator answers over TLS");
        return storage;
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<bool> ReadyAsync(CancellationToken cancel)
    {
        try
        {
            using var answer = await Http.GetAsync(Blobs.Uri, cancel);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static void WriteCertificate(string folder)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(Path.Combine(folder, "cert.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "key.pem"), key.ExportPkcs8PrivateKeyPem());
    }

    private sealed class OwnToken : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            var (from, until) = (DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddHours(1));
            const string Tenant = "11111111-1111-1111-1111-111111111111";
            string token = string.Join('.', Part(new { alg = "RS256", typ = "JWT" }), Part(new
            {
                aud = "https://storage.azure.com",
                iss = $"https://sts.windows.net/{Tenant}/",
                iat = from.ToUnixTimeSeconds(),
                nbf = from.ToUnixTimeSeconds(),
                exp = until.ToUnixTimeSeconds(),
                oid = "22222222-2222-2222-2222-222222222222",
                tid = Tenant,
            }), "unsigned");
            return new AccessToken(token, until);
        }

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(GetToken(requestContext, cancellationToken));

        private static string Part(object claims) => Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(claims))
            .TrimEnd('=').Replace('+', '-').Replace('/', '_');
    }
}
