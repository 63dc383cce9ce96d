namespace Selfie3D.Service.Regressor;

/// <summary>Where the head networks run, when not in this process.</summary>
public sealed record RegressorOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Selfie3D:Regressor";

    /// <summary>Address of the regressor container; null runs the networks in this process.</summary>
    public Uri? Url { get; init; }

    /// <summary>Audience of the token that the container's gate asks for, such as <c>api://CLIENT-ID</c>; empty sends none.</summary>
    public string Audience { get; init; } = "";

    /// <summary>Time of one call with all its tries; covers the start of a container from nothing only when it is long.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Time of one try.</summary>
    public TimeSpan TryTimeout { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>Tries after the first one, for answers that say "busy" and connections that fail.</summary>
    public int Retries { get; init; } = 3;

    /// <summary>Whether this process does the work itself when the container cannot: its models are at hand for the detector anyway.</summary>
    public bool FallBack { get; init; } = true;
}
