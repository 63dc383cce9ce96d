using Selfie3D.Service.Jobs;

namespace Selfie3D.Functions.Orchestration;

/// <summary>What a stage's activity says: where the job stands, or that it is gone.</summary>
/// <param name="State">State after the stage; null when the job was deleted.</param>
public sealed record StageOutcome(JobState? State)
{
    /// <summary>Whether there is nothing more to do.</summary>
    public bool IsEnded => State is null || State.Value.IsEnded();
}

/// <summary>Custom status of an orchestration.</summary>
/// <param name="State">Where the job stands.</param>
/// <param name="Progress">Share of the work that lies behind it, 0..1.</param>
public sealed record OrchestrationProgress(JobState State, double Progress);

/// <summary>Why a job is given up.</summary>
/// <param name="Id">Job.</param>
/// <param name="Reason">For the log.</param>
public sealed record GiveUp(string Id, string Reason);

/// <summary>How a job ended.</summary>
/// <param name="State">Done or failed; null when it was deleted.</param>
/// <param name="CallbackOwed">Whether somebody wants to be told.</param>
public sealed record JobEnd(JobState? State, bool CallbackOwed);
