using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Selfie3D.Cli;

/// <summary>
/// What the user sees: on a terminal a progress bar and a line for each head; in a pipe only problems, on standard error;
/// with <c>--json</c> one JSON object per line on standard output.
/// </summary>
internal sealed class Report
{
    private readonly bool _json;
    private readonly IAnsiConsole? _terminal;
    private ProgressTask? _task;

    private Report(bool json, IAnsiConsole? terminal)
    {
        (_json, _terminal) = (json, terminal);
    }

    public static Report Create(bool json)
    {
        bool terminal = !json && !Console.IsErrorRedirected && !Console.IsOutputRedirected;
        return new Report(json, terminal ? AnsiConsole.Console : null);
    }

    /// <summary>Does the work under a progress bar, when there is a terminal.</summary>
    public int While(int photos, Func<int> work)
    {
        if (_terminal is null)
            return work();
        return _terminal.Progress()
            .AutoClear(true)
            .Columns(new SpinnerColumn(), new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                _task = context.AddTask("Starting", maxValue: photos);
                return work();
            });
    }

    /// <summary>Names the photo that is worked on.</summary>
    public void Begin(string photo)
    {
        if (_task is not null)
            _task.Description = Markup.Escape(Path.GetFileName(photo));
    }

    /// <summary>One photo more is done.</summary>
    public void Step() => _task?.Increment(1);

    /// <summary>One head is written.</summary>
    public void Head(string photo, IReadOnlyList<string> files, SelfieDocument document)
    {
        if (_json)
        {
            var line = new JsonObject
            {
                ["input"] = photo,
                ["files"] = new JsonArray([.. files.Select(file => (JsonNode)file)]),
            };
            foreach (var (key, value) in JsonSerializer.SerializeToNode(document, SelfieJson.Default.SelfieDocument)!.AsObject().ToArray())
                line[key] = value?.DeepClone();
            Console.Out.WriteLine(line.ToJsonString());
            return;
        }

        if (_terminal is null)
            return;
        string names = string.Join(", ", files.Select(Path.GetFileName));
        _terminal.WriteLine(FormattableString.Invariant($"{photo} -> {Path.GetDirectoryName(files[0])}: {names} ({document.TimingsMs.Total / 1000:0.0} s)"));
        foreach (var warning in document.Quality.Warnings)
            _terminal.WriteLine($"  Note: {warning.Message}");
    }

    /// <summary>One photo failed.</summary>
    public void Failed(string photo, string code, string message)
    {
        if (_json)
        {
            var line = new JsonObject { ["input"] = photo, ["error"] = new JsonObject { ["code"] = code, ["message"] = message } };
            Console.Out.WriteLine(line.ToJsonString());
        }

        Problem($"{photo}: {message}");
    }

    /// <summary>One line on standard error.</summary>
    public void Problem(string message)
    {
        if (_terminal is null)
            Console.Error.WriteLine($"selfie3d: {message}");
        else
            _terminal.MarkupLineInterpolated($"[red]{message}[/]"); // above the progress bar
    }
}
