using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Selfie3D.Detection;
using Selfie3D.Regression;
using Selfie3D.Texturing;

namespace Selfie3D.Cli;

/// <summary>Arguments and help of <c>selfie3d reconstruct</c>.</summary>
internal static class ReconstructCommand
{
    public static Command Create()
    {
        var photos = new Argument<string[]>("photo|folder")
        {
            Description = "Photos (JPEG, PNG, WebP or HEIC), or folders of them.",
            Arity = ArgumentArity.OneOrMore,
        };
        var output = new Option<string>("--out", "-o")
        {
            Description = "Folder for the results; made when it is not there.",
            HelpName = "folder",
            Required = true,
        };
        var formats = new Option<HeadFormats>("--format", "-f")
        {
            Description = "Which 3D files to write, joined by commas: glb, obj, ply and stl when left out; also usdz (iPhone and iPad), draco (small GLB, for the web and Blender) and meshopt (small GLB, for the web).",
            HelpName = "glb,obj,...",
            CustomParser = ParseFormats,
        };
        var face = new Option<FaceBox?>("--face")
        {
            Description = "Where the face is, in pixels of the photo: left, top, width, height. Otherwise the main face is taken.",
            HelpName = "x,y,w,h",
            CustomParser = ParseFace,
        };
        var allFaces = new Option<bool>("--all-faces") { Description = "Make a head of every face: NAME-1, NAME-2, ... from the largest to the smallest." };
        var pupils = new Option<float?>("--pupil-distance")
        {
            Description = FormattableString.Invariant(
                $"Distance between the pupils in millimetres: it gives the head its size, which a photo cannot. {HeadFrame.DefaultPupilDistanceMm} are assumed."),
            HelpName = "mm",
            CustomParser = ParsePupilDistance,
        };
        var textureSize = new Option<int>("--texture-size")
        {
            Description = "Side of the square texture, 512 to 4096; by default 512, 1024 or 2048 by the size of the face in the photo.",
            HelpName = "texels",
            CustomParser = ParseTextureSize,
        };
        var triangles = new Option<int?>("--triangles")
        {
            Description = "Most triangles of the head, in every file; all of them when left out.",
            HelpName = "n",
            CustomParser = ParseTriangles,
        };
        var levels = new Option<bool>("--lods") { Description = "Also write NAME.lod1.glb and NAME.lod2.glb, with a quarter and a sixteenth of the triangles." };
        var turntable = new Option<bool>("--turntable") { Description = "Also write NAME.turntable.webp, in which the head turns once around." };
        var json = new Option<bool>("--json") { Description = "Print one line of JSON for each head, or failed photo, instead of text." };
        var threads = new Option<int>("--threads")
        {
            Description = "Threads for the networks and the surface; 0 takes all cores.",
            HelpName = "n",
            CustomParser = ParseThreads,
        };
        var models = new Option<string?>("--models") { Description = "Folder with the models; by default the one beside the program.", HelpName = "folder" };

        var command = new Command("reconstruct", "Turn photos of faces into textured, watertight 3D heads.")
        {
            photos, output, formats, face, allFaces, pupils, textureSize, triangles, levels, turntable, json, threads, models,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(face) is not null && result.GetValue(allFaces))
                result.AddError("--face and --all-faces exclude each other.");
        });
        command.SetAction((parsed, cancel) => Task.Run(
            () => ReconstructRunner.Run(
                new ReconstructRequest
                {
                    Inputs = parsed.GetRequiredValue(photos),
                    OutputFolder = parsed.GetRequiredValue(output),
                    Formats = parsed.GetValue(formats) is var chosen && chosen == HeadFormats.None ? HeadFormats.Usual : chosen,
                    Face = parsed.GetValue(face),
                    AllFaces = parsed.GetValue(allFaces),
                    PupilDistanceMm = parsed.GetValue(pupils),
                    TextureSize = parsed.GetValue(textureSize),
                    Triangles = parsed.GetValue(triangles),
                    LevelsOfDetail = parsed.GetValue(levels),
                    Turntable = parsed.GetValue(turntable),
                    Json = parsed.GetValue(json),
                    Threads = parsed.GetValue(threads),
                    ModelFolder = parsed.GetValue(models),
                },
                cancel),
            CancellationToken.None));
        return command;
    }

    private static HeadFormats ParseFormats(ArgumentResult result)
    {
        var formats = HeadFormats.None;
        string[] words = Value(result).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        foreach (string word in words)
        {
            switch (word.ToLowerInvariant())
            {
                case "glb": formats |= HeadFormats.Glb; break;
                case "obj": formats |= HeadFormats.Obj; break;
                case "ply": formats |= HeadFormats.Ply; break;
                case "stl": formats |= HeadFormats.Stl; break;
                case "usdz": formats |= HeadFormats.Usdz; break;
                case "meshopt": formats |= HeadFormats.Meshopt; break;
                case "draco": formats |= HeadFormats.Draco; break;
                default: result.AddError($"\"{word}\" is no format that can be written. Use any of glb, obj, ply, stl, usdz, meshopt, draco, joined by commas."); break;
            }
        }

        if (words.Length == 0)
            result.AddError("--format names no format. Use any of glb, obj, ply, stl, usdz, meshopt, draco, joined by commas.");
        return formats;
    }

    private static FaceBox? ParseFace(ArgumentResult result)
    {
        string text = Value(result);
        float?[] numbers = [.. text.Split(',').Select(Number)];
        if (numbers is [{ } x, { } y, { } width, { } height] && width > 0 && height > 0)
            return new FaceBox(x, y, width, height, 0, 0);
        result.AddError($"\"{text}\" is no box. Give four numbers, left,top,width,height in pixels of the photo, for example --face 420,310,250,250.");
        return null;
    }

    private static float? ParsePupilDistance(ArgumentResult result)
    {
        // Adults have 50 to 75 mm, children from 40; the range is wide so that figures and masks can be scaled.
        const float Least = 20, Most = 200;
        string text = Value(result);
        if (Number(text) is { } millimetres && millimetres is >= Least and <= Most)
            return millimetres;
        result.AddError(FormattableString.Invariant($"\"{text}\" is no distance between pupils. Give millimetres from {Least} to {Most}; adults have about 63."));
        return null;
    }

    private static int ParseTextureSize(ArgumentResult result)
    {
        const int Least = 512, Most = 4096;
        string text = Value(result);
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int size) && size is >= Least and <= Most)
            return size;
        result.AddError($"\"{text}\" is no size of a texture. Give texels from {Least} to {Most}; 1024, 2048 and 4096 are usual.");
        return 0;
    }

    private static int? ParseTriangles(ArgumentResult result)
    {
        string text = Value(result);
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int triangles) && triangles >= HeadSimplifier.LeastTriangles)
            return triangles;
        result.AddError($"\"{text}\" is no number of triangles. Give at least {HeadSimplifier.LeastTriangles}; a whole head has about 90000.");
        return null;
    }

    private static int ParseThreads(ArgumentResult result)
    {
        string text = Value(result);
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int threads) && threads <= 1024)
            return threads;
        result.AddError($"\"{text}\" is no number of threads. Give 0 for all cores, or a number from 1.");
        return 0;
    }

    private static string Value(ArgumentResult result) => string.Concat(result.Tokens.Select(token => token.Value));

    private static float? Number(string text) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && float.IsFinite(value) ? value : null;
}
