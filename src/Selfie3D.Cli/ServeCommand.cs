using System.CommandLine;
using Selfie3D.LocalHost;

namespace Selfie3D.Cli;

/// <summary><c>selfie3d serve</c>: the service and its page on this machine.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var command = new Command("serve", "Serve the page and the HTTP API on this machine until Ctrl+C.");
        List<(string Name, Option<string?> Option)> options = [];
        Add("--url", "address", "Where to listen; by default http://localhost:5080, this machine alone.");
        Add("--workers", "n", "Photos that are worked on at the same time; by default one for every two cores.");
        Add("--data", "folder", "Folder of the storage emulator and its data.");
        Add("--connection", "text", "Connection string of a storage account; without one a storage emulator is started (needs Node.js).");
        Add("--account", "address", "Blob endpoint of a storage account that is entered with an Azure identity.");
        Add("--origin", "origins", "Pages elsewhere that may call the API, joined by commas.");
        Add("--site", "folder", "Folder with the built page.");
        Add("--models", "folder", "Folder with the models; by default the one beside the program.");
        command.SetAction(parsed => LocalHostApp.RunAsync(
            [.. options.Where(option => parsed.GetValue(option.Option) is not null).SelectMany(option => new[] { option.Name, parsed.GetValue(option.Option)! })]));
        return command;

        void Add(string name, string help, string description)
        {
            var option = new Option<string?>(name) { Description = description, HelpName = help };
            options.Add((name, option));
            command.Add(option);
        }
    }
}
