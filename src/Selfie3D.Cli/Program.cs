using System.CommandLine;
using Selfie3D.Cli;

var root = new RootCommand("Turns one photo of a face into a textured, watertight 3D head.\n\nExample:  selfie3d reconstruct selfie.jpg --out heads")
{
    ReconstructCommand.Create(),
    ServeCommand.Create(),
};

var parsed = root.Parse(args);
if (args.Length == 0)
{
    await root.Parse("--help").InvokeAsync().ConfigureAwait(false);
    return ExitCodes.Usage;
}

if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors)
        await Console.Error.WriteLineAsync($"selfie3d: {error.Message}").ConfigureAwait(false);
    string command = parsed.CommandResult.Command == root ? "" : " " + parsed.CommandResult.Command.Name;
    await Console.Error.WriteLineAsync($"Try: selfie3d{command} --help").ConfigureAwait(false);
    return ExitCodes.Usage;
}

return await parsed.InvokeAsync().ConfigureAwait(false);
