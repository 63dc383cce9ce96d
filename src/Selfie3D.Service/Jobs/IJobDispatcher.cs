namespace Selfie3D.Service.Jobs;

/// <summary>Hands jobs to whoever works on them: a queue, or an orchestration.</summary>
public interface IJobDispatcher
{
    /// <summary>Puts a job in; doing so twice does no harm.</summary>
    Task EnqueueAsync(string id, CancellationToken cancel);

    /// <summary>Has the job's callback made.</summary>
    Task EnqueueCallbackAsync(string id, CancellationToken cancel);

    /// <summary>About how many jobs wait.</summary>
    Task<int> GetLengthAsync(CancellationToken cancel);
}
