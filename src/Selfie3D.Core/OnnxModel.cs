using System.Security.Cryptography;
using Microsoft.ML.OnnxRuntime;

namespace Selfie3D;

/// <summary>One ONNX session, whose inputs and outputs were checked against what the code expects.</summary>
internal sealed class OnnxModel : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();

    /// <summary>Loads a model.</summary>
    /// <param name="path">The ONNX file.</param>
    /// <param name="options">Threads and spinning.</param>
    /// <param name="inputs">Names and shapes; -1 stands for any length.</param>
    /// <param name="outputs">Names and shapes; -1 stands for any length.</param>
    /// <exception cref="SelfieException"><see cref="ErrorCodes.ModelUnusable"/>.</exception>
    public OnnxModel(string path, InferenceOptions options, (string Name, int[] Shape)[] inputs, (string Name, int[] Shape)[] outputs)
    {
        FileName = Path.GetFileName(path);
        if (!File.Exists(path))
            throw Unusable($"The model \"{path}\" is missing. Install it again, or name the folder that holds it.");
        try
        {
            using (var file = File.OpenRead(path))
                Version = Convert.ToHexStringLower(SHA256.HashData(file))[..12];
            _session = Load(path, options);
        }
        catch (Exception e) when (e is OnnxRuntimeException or IOException or UnauthorizedAccessException)
        {
            throw Unusable($"The model {FileName} cannot be loaded: {e.Message}", e);
        }

        try
        {
            foreach (var (name, shape) in inputs)
                Check("input", name, shape, _session.InputMetadata);
            foreach (var (name, shape) in outputs)
                Check("output", name, shape, _session.OutputMetadata);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>File name without folder.</summary>
    public string FileName { get; }

    /// <summary>First 12 hex digits of the file's SHA-256.</summary>
    public string Version { get; } = "";

    /// <summary>Where it runs: <c>cuda</c> or <c>cpu</c>.</summary>
    public string Device { get; private set; } = "cpu";

    /// <summary>Key and value pairs that the training wrote into the file.</summary>
    public IReadOnlyDictionary<string, string> Properties => _session.ModelMetadata.CustomMetadataMap;

    /// <summary>Runs the network. Safe to call from several threads.</summary>
    public IDisposableReadOnlyCollection<OrtValue> Run(string[] inputNames, OrtValue[] inputs, string[] outputNames) =>
        _session.Run(_runOptions, inputNames, inputs, outputNames);

    /// <inheritdoc/>
    public void Dispose()
    {
        _session.Dispose();
        _runOptions.Dispose();
    }

    /// <summary>A view of an array as a tensor.</summary>
    public static OrtValue Tensor(float[] values, params long[] shape) =>
        OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, values.AsMemory(0, (int)shape.Aggregate(1L, (a, b) => a * b)), shape);

    private InferenceSession Load(string path, InferenceOptions options)
    {
        if (options.Gpu)
        {
            try
            {
                using var cuda = new OrtCUDAProviderOptions();
                // Batches have many sizes; the exhaustive search would run anew for each of them.
                cuda.UpdateOptions(new Dictionary<string, string> { ["cudnn_conv_algo_search"] = "HEURISTIC" });
                using var session = Options(options);
                session.AppendExecutionProvider_CUDA(cuda);
                var loaded = new InferenceSession(path, session);
                Device = "cuda";
                return loaded;
            }
            catch (Exception e) when (e is OnnxRuntimeException or EntryPointNotFoundException or DllNotFoundException)
            {
                // No device, no driver, or the native runtime for processors alone.
            }
        }

        using (var session = Options(options))
            return new InferenceSession(path, session);
    }

    private static SessionOptions Options(InferenceOptions options)
    {
        var session = new SessionOptions
        {
            IntraOpNumThreads = options.Threads,
            InterOpNumThreads = 1,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        session.AddSessionConfigEntry("session.intra_op.allow_spinning", options.AllowSpinning ? "1" : "0");
        return session;
    }

    private void Check(string kind, string name, int[] expected, IReadOnlyDictionary<string, NodeMetadata> found)
    {
        if (!found.TryGetValue(name, out var node))
            throw Unusable($"The model {FileName} has no {kind} \"{name}\" but {string.Join(", ", found.Keys)}. Use the models of this version.");
        int[] shape = node.Dimensions;
        // A length that is unknown in the file (-1) cannot be checked here.
        bool fits = shape.Length == expected.Length;
        for (int i = 0; fits && i < shape.Length; i++)
            fits = shape[i] < 0 || expected[i] < 0 || shape[i] == expected[i];
        if (!fits)
        {
            throw Unusable($"The {kind} \"{name}\" of the model {FileName} is [{string.Join(", ", shape)}] " +
                $"where [{string.Join(", ", expected)}] is expected. Use the models of this version.");
        }
    }

    private static SelfieException Unusable(string message, Exception? inner = null) => new(ErrorCodes.ModelUnusable, message, inner);
}
