namespace Selfie3D.Cli;

/// <summary>What the command ends with.</summary>
internal static class ExitCodes
{
    public const int Done = 0;
    public const int Other = 1;
    public const int Usage = 2;
    public const int NoFace = 3;
    public const int Unreadable = 4;

    /// <summary>The exit code for a code of <see cref="ErrorCodes"/>.</summary>
    public static int Of(string errorCode) => errorCode switch
    {
        ErrorCodes.NoFace or ErrorCodes.FaceTooSmall => NoFace,
        ErrorCodes.UnreadableImage or ErrorCodes.ImageTooLarge => Unreadable,
        _ => Other,
    };

    /// <summary>The worse of two: anything else, then unreadable, then no face.</summary>
    public static int Worse(int a, int b) => Severity(a) >= Severity(b) ? a : b;

    private static int Severity(int code) => code switch
    {
        Done => 0,
        NoFace => 1,
        Unreadable => 2,
        Usage => 3,
        _ => 4,
    };
}
