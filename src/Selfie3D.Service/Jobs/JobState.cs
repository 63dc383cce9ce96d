using System.Text.Json.Serialization;

namespace Selfie3D.Service.Jobs;

/// <summary>Where a job stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JobState>))]
public enum JobState
{
    /// <summary>The upload link was handed out; no photo yet.</summary>
    [JsonStringEnumMemberName("waitingForUpload")]
    WaitingForUpload,

    /// <summary>The photo is there; nobody works on it yet.</summary>
    [JsonStringEnumMemberName("queued")]
    Queued,

    /// <summary>The photo is read and the face looked for.</summary>
    [JsonStringEnumMemberName("detecting")]
    Detecting,

    /// <summary>The networks make the volume.</summary>
    [JsonStringEnumMemberName("regressing")]
    Regressing,

    /// <summary>The surface and its texture are made.</summary>
    [JsonStringEnumMemberName("meshing")]
    Meshing,

    /// <summary>The files are written.</summary>
    [JsonStringEnumMemberName("publishing")]
    Publishing,

    /// <summary>The results can be downloaded.</summary>
    [JsonStringEnumMemberName("done")]
    Done,

    /// <summary>There will be no results; the error says why.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,
}

/// <summary>Facts about states.</summary>
public static class JobStates
{
    /// <summary>Whether nothing will change any more.</summary>
    public static bool IsEnded(this JobState state) => state is JobState.Done or JobState.Failed;

    /// <summary>Share of the work that lies behind a job that has just come into this state, 0..1 (measured shares of the stages).</summary>
    public static double Progress(this JobState state) => state switch
    {
        JobState.WaitingForUpload => 0,
        JobState.Queued => 0.05,
        JobState.Detecting => 0.1,
        JobState.Regressing => 0.25,
        JobState.Meshing => 0.5,
        JobState.Publishing => 0.8,
        _ => 1,
    };
}
