namespace Selfie3D.Service.Steps;

/// <summary>The job was deleted while it was worked on.</summary>
public sealed class JobGoneException() : Exception("The job was deleted while it was worked on.");
