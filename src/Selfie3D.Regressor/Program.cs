using Selfie3D;
using Selfie3D.Regressor;

try
{
    var app = RegressorApp.Build(args);
    await app.RunAsync();
    return Environment.ExitCode;
}
catch (Exception e) when (e is SelfieException or InvalidOperationException or IOException)
{
    await Console.Error.WriteLineAsync($"selfie3d-regressor: {e.Message}");
    return 1;
}
