using MicroscopeStream.Contract.V1;
using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Pipeline.Methods;
using MicroscopeStream.Pipeline.Methods.Video;
using MicroscopeStream.Server.Diagnostics;
using MicroscopeStream.Server.Hosting;
using Microsoft.Extensions.Logging;

namespace MicroscopeStream.Server.Models;

/// <summary>The model folders, read once at start: packages become methods, and whatever is wrong with a folder is kept to be told.</summary>
internal sealed partial class ModelLibrary : IDisposable
{
    private readonly ModelCatalog _catalog;
    private readonly ExecutionHosts _hosts;
    private readonly TimeProvider _time;

    public ModelLibrary(MicroscopeStreamServerOptions options, ILogger<ModelLibrary> logger)
    {
        foreach (string folder in options.ModelFolders.Where(folder => !Directory.Exists(folder)))
        {
            FolderMissing(logger, folder);
        }

        _catalog = ModelCatalog.Scan(options.ModelFolders);
        _time = options.TimeProvider;
        _hosts = new ExecutionHosts(time: _time);
        Methods = new MethodRegistry();
        SingleEmitterMethodFactory.RegisterAll(Methods, options.TimeProvider);
        Methods.Register(new Pipeline.Methods.Sim.WienerMethodFactory(options.TimeProvider));
        Methods.Register(new Pipeline.Methods.Sim.RichardsonLucyMethodFactory(options.TimeProvider));
        Methods.Register(new Pipeline.Methods.Sim.SectioningMethodFactory(options.TimeProvider));
        BaselineVideoFactory.RegisterAll(Methods, options.TimeProvider);
        List<BrokenModel> broken = [.. _catalog.Broken.Select(ModelMessages.ToMessage), .. Register()];
        options.ConfigureMethods?.Invoke(Methods);
        Shelf = new ModelShelf(
            _catalog.Models.Where(model => Methods.TryFind(model.Id, out _)).ToDictionary(model => model.Id, ModelMessages.ToMessage, StringComparer.Ordinal),
            broken);
        foreach (BrokenModel model in broken)
        {
            Broken(logger, model.Folder, string.Join(' ', model.Problems));
        }

        Loaded(logger, Methods.Ids);
    }

    /// <summary>Every method: networks, classical ones, and those that the options add.</summary>
    public MethodRegistry Methods { get; }

    /// <summary>What ModelService tells of the folders.</summary>
    public ModelShelf Shelf { get; }

    /// <summary>Unloads the networks. Sessions must have ended.</summary>
    public void Dispose() => _hosts.Dispose();

    private IEnumerable<BrokenModel> Register()
    {
        foreach (ModelPackage model in _catalog.Models)
        {
            string? problem = null;
            try
            {
                if (NetworkFactories.Of(model, _hosts, Methods, _time) is { } factory)
                {
                    Methods.Register(factory);
                }
                else
                {
                    problem = $"This version of the service has no method for the task {model.Manifest.Task}; it runs models of the tasks {NetworkFactories.Tasks}.";
                }
            }
            catch (ArgumentException fault)
            {
                problem = fault.Message;
            }

            if (problem is not null)
            {
                yield return new BrokenModel { Folder = Path.GetFileName(model.Folder), Problems = { problem } };
            }
        }
    }

    [LoggerMessage(EventIds.ModelFolderMissing, LogLevel.Warning, "The models directory {Folder} does not exist")]
    private static partial void FolderMissing(ILogger logger, string folder);

    [LoggerMessage(EventIds.ModelBroken, LogLevel.Warning, "Model folder {Folder} cannot be used: {Problems}")]
    private static partial void Broken(ILogger logger, string folder, string problems);

    [LoggerMessage(EventIds.ModelLoaded, LogLevel.Information, "Methods: {Methods}")]
    private static partial void Loaded(ILogger logger, IReadOnlyCollection<string> methods);
}
