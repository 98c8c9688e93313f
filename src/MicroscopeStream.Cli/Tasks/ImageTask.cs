using MicroscopeStream.Cli.Reports;
using MicroscopeStream.Cli.Streaming;
using MicroscopeStream.Client;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Pipeline.Methods;

namespace MicroscopeStream.Cli.Tasks;

/// <summary>Keeps the last image of a method that makes images, and where it may be believed. Tasks with more to say derive from it.</summary>
internal class ImageTask : ITaskOutput
{
    private readonly bool _showsWidefield;

    internal ImageTask(TaskRun run)
    {
        Run = run;
        _showsWidefield = run.Plan.Method == WidefieldMean.Id;
    }

    protected TaskRun Run { get; }

    /// <summary>The last image in full; null: none came.</summary>
    protected SuperResolvedImage? Image { get; private set; }

    /// <summary>Its trust map; null: none came.</summary>
    protected SuperResolvedImage? TrustMap { get; private set; }

    public bool IsResult(SessionUpdate update) => update is PreviewUpdate preview
        && (preview.Image.Kind == PreviewKind.SuperResolved || (_showsWidefield && preview.Image.Kind == PreviewKind.Widefield));

    public virtual void Receive(SessionUpdate update)
    {
        if (update is ImageUpdate { Kind: ResultImageKind.SuperResolved } image)
        {
            Image = image.Image;
        }
        else if (update is ImageUpdate { Kind: ResultImageKind.Trust } map)
        {
            TrustMap = map.Image;
        }
    }

    public virtual StreamStatus Describe(StreamStatus status) => status;

    public virtual void Finish(SessionSummary? summary, SuperResolvedImage widefield) => ImagePictures.Write(Run.Folder, Image, TrustMap, widefield);

    public virtual RunReport Complete(RunReport report) => report with
    {
        Specification = report.Specification with { SuperresPixelNm = Image?.Grid.PixelSizeNm ?? Run.Plan.OutputPixelSizeNm },
    };

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}
