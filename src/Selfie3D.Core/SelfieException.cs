namespace Selfie3D;

/// <summary>An expected failure that the user can act on; its message says what was found, what is allowed and what to do.</summary>
public sealed class SelfieException : Exception
{
    /// <summary>Makes the exception from a code of <see cref="ErrorCodes"/> and a message for the user.</summary>
    public SelfieException(string code, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Code = code;
    }

    /// <summary>One of <see cref="ErrorCodes"/>.</summary>
    public string Code { get; }
}
