using Microsoft.Extensions.Configuration;
using Selfie3D.Service;
using Selfie3D.Service.Regressor;

namespace Selfie3D.Functions.Hosting;

/// <summary>Settings of the Functions app that the service's own options do not have.</summary>
public sealed record FunctionsSettings
{
    /// <summary>Name of the connection of the account with photos and results; also in the triggers.</summary>
    public const string DataConnection = "SelfieStorage";

    /// <summary>Name of the connection of the account of the Functions host, where the orchestrations live.</summary>
    public const string HostConnection = "AzureWebJobsStorage";

    /// <summary>Jobs that one instance works on at the same time; its cores are shared out among them. 0 = one for every two cores.</summary>
    public int Workers { get; init; }

    /// <summary>Name of the task hub in host.json; the number of waiting jobs is read from its work-item queue.</summary>
    public string TaskHub { get; init; } = "Selfie3D";

    /// <summary>Client id of the user-assigned identity that enters storage and regressor; empty on a developer's machine.</summary>
    public string IdentityClientId { get; init; } = "";

    /// <summary>Voxels along each axis of a head's volume; 0 = the core's default.</summary>
    public int VolumeSize { get; init; }

    /// <summary>Side of a head's texture, texels; 0 = the core's default.</summary>
    public int TextureSize { get; init; }

    /// <summary>Limits and lifetimes of the service.</summary>
    public ServiceOptions Service { get; init; } = new();

    /// <summary>Where the networks run.</summary>
    public RegressorOptions Regressor { get; init; } = new();

    /// <summary>Jobs at the same time.</summary>
    public int WorkerCount => Workers > 0 ? Workers : Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>Reads the section <c>Selfie3D</c>.</summary>
    public static FunctionsSettings Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(ServiceOptions.Section);
        var settings = section.Get<FunctionsSettings>() ?? new FunctionsSettings();
        return settings with { Service = section.Get<ServiceOptions>() ?? new ServiceOptions() };
    }
}
