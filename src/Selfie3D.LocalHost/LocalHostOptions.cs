using Microsoft.Extensions.Configuration;
using Selfie3D.Service;

namespace Selfie3D.LocalHost;

/// <summary>How the host runs: command line, environment (<c>Selfie3D__Name</c>) or code.</summary>
public sealed record LocalHostOptions
{
    /// <summary>Where it listens; port 0 takes a free one. The default is this machine alone.</summary>
    public string Url { get; init; } = "http://localhost:5080";

    /// <summary>Connection string of a storage account or emulator; null starts an emulator of its own.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>
    /// Blob endpoint of an account that is entered with an identity instead of a key (Azure.Identity's default chain), such as
    /// <c>https://NAME.blob.core.windows.net</c>; its queue endpoint is derived.
    /// </summary>
    public Uri? AccountUrl { get; init; }

    /// <summary>Folder of the emulator and its data; null = the user's own folder for program data.</summary>
    public string? DataFolder { get; init; }

    /// <summary>Folder with the models; null = the one beside the program.</summary>
    public string? ModelFolder { get; init; }

    /// <summary>Folder with the built page; null looks for one beside the program and in the repository.</summary>
    public string? SiteFolder { get; init; }

    /// <summary>Jobs that are worked on at the same time; 0 = one for every two cores.</summary>
    public int Workers { get; init; }

    /// <summary>Origins of pages elsewhere that may call the API from a browser, separated by commas; none by default.</summary>
    public string AllowedOrigins { get; init; } = "";

    /// <summary>How long a message stays hidden from other hosts without a sign of life of the one that works on it.</summary>
    public TimeSpan MessageVisibility { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often the container of photos is looked into for uploads that nobody told of.</summary>
    public TimeSpan WatchInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often what is past its time is deleted.</summary>
    public TimeSpan SweepInterval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Voxels along each axis of a head's volume; 0 = the core's default.</summary>
    public int VolumeSize { get; init; }

    /// <summary>Side of a head's texture, texels; 0 = the core's default.</summary>
    public int TextureSize { get; init; }

    /// <summary>Limits and lifetimes of the service.</summary>
    public ServiceOptions Service { get; init; } = new();

    /// <summary>Whether the host's own emulator keeps the blobs.</summary>
    public bool OwnStorage => ConnectionString is null && AccountUrl is null;

    /// <summary>Jobs at the same time.</summary>
    public int WorkerCount => Workers > 0 ? Workers : Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>The origins, one by one.</summary>
    public string[] Origins => AllowedOrigins.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The folder of the emulator.</summary>
    public string Data => DataFolder ?? Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "selfie3d");

    /// <summary>Reads the command line, over the environment, over the defaults.</summary>
    /// <exception cref="LocalHostException">A value is wrong.</exception>
    public static LocalHostOptions Read(string[] args)
    {
        var switches = new Dictionary<string, string>
        {
            ["--url"] = "Selfie3D:Url",
            ["--connection"] = "Selfie3D:ConnectionString",
            ["--account"] = "Selfie3D:AccountUrl",
            ["--data"] = "Selfie3D:DataFolder",
            ["--models"] = "Selfie3D:ModelFolder",
            ["--site"] = "Selfie3D:SiteFolder",
            ["--workers"] = "Selfie3D:Workers",
            ["--origin"] = "Selfie3D:AllowedOrigins",
        };
        try
        {
            var configuration = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args, switches).Build();
            var section = configuration.GetSection(ServiceOptions.Section);
            var options = new LocalHostOptions();
            section.Bind(options);
            var service = new ServiceOptions();
            section.Bind(service);
            return options with { Service = service };
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException)
        {
            throw new LocalHostException($"The settings cannot be read: {e.Message}", e);
        }
    }
}

/// <summary>The host cannot start; the message says what is missing and what to do.</summary>
public sealed class LocalHostException(string message, Exception? innerException = null) : Exception(message, innerException);
