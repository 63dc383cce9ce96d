namespace Selfie3D.Cli;

/// <summary>The files of one head.</summary>
internal static class HeadFiles
{
    public static void Write(SelfieReconstruction head, string name, HeadFormats formats, OutputFolder files)
    {
    }
}
