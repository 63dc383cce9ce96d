namespace Selfie3D.Regressor;

/// <summary>How the container runs: environment variables <c>Regressor__Name</c> or command line <c>--Regressor:Name</c>.</summary>
public sealed record RegressorHostOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Regressor";

    /// <summary>Most heads that one run of a network takes.</summary>
    public int MaxBatch { get; init; } = 16;

    /// <summary>How long the first head of a batch waits for others where calls come together; zero takes what is there.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromMilliseconds(2);

    /// <summary>Calls that wait for each network; more are refused with 429.</summary>
    public int QueueLength { get; init; } = 64;

    /// <summary>What a refused caller is told to wait, whole seconds.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether a CUDA device is used when there is one.</summary>
    public bool Gpu { get; init; } = true;

    /// <summary>Threads of the networks on a processor; 0 = as many as there are cores.</summary>
    public int Threads { get; init; }

    /// <summary>Folder with the models; null = the one beside the program.</summary>
    public string? ModelFolder { get; init; }

    /// <summary>The folder with the models.</summary>
    internal string Models => ModelFolder ?? Path.Combine(AppContext.BaseDirectory, "models");

    /// <summary>Checks the numbers.</summary>
    /// <exception cref="InvalidOperationException">One makes no sense; the message names it.</exception>
    internal RegressorHostOptions Checked()
    {
        if (MaxBatch is < 1 or > 256)
            throw new InvalidOperationException($"Regressor:MaxBatch is {MaxBatch}; give 1 to 256.");
        if (QueueLength < 1)
            throw new InvalidOperationException($"Regressor:QueueLength is {QueueLength}; give at least 1.");
        if (MaxWait < TimeSpan.Zero || MaxWait > TimeSpan.FromSeconds(1))
            throw new InvalidOperationException($"Regressor:MaxWait is {MaxWait}; give at most a second.");
        return this;
    }
}
