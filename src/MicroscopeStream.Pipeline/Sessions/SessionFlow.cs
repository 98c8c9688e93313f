using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Pipeline.Assembly;
using MicroscopeStream.Pipeline.Calibration;
using MicroscopeStream.Pipeline.Ingest;
using MicroscopeStream.Pipeline.Methods;
using MicroscopeStream.Pipeline.Processing;
using MicroscopeStream.Pipeline.Publishing;

namespace MicroscopeStream.Pipeline.Sessions;

/// <summary>The chain Ingest ▶ Calibrate ▶ Assemble ▶ Reconstruct ▶ Publish of one session: pools, channels, one task per stage.</summary>
internal sealed class SessionFlow : IAsyncDisposable
{
    /// <summary>Frames between two stages: one being handed over and one ready, so that neither stage waits for the other's pace.</summary>
    private const int Between = 2;

    /// <summary>Windows on their way: one in the method, one in publishing, two before each, one being filled.</summary>
    private const int Windows = (2 * Between) + 3;

    private readonly SessionContext _context;
    private readonly IReconstruction _method;
    private readonly FramePool _photons;
    private readonly CancellationTokenSource _previewsStop = new();
    private readonly AssembleStage _assemble;
    private readonly PublishStage _publish;
    private readonly TrustWatch _trust;
    private readonly Action _stopAll;
    private readonly Previewer _previewer;
    private readonly LocalizationProcessor? _processor;
    private ExceptionDispatchInfo? _firstFault;

    public SessionFlow(SessionContext context, FramePool raw, MethodDescription description, PreparedMethod method, PixelGrid output, IReadOnlyList<Notice> warnings)
    {
        _context = context;
        _method = method.Reconstruction;
        context.Provider = () => Provider;
        PixelGrid grid = context.Specification.Acquisition.Grid;
        _photons = new FramePool(raw.Owner + " photons", PhotonSlots(description.WindowFrames), checked(grid.PixelCount * sizeof(float)));
        Intake = new FrameIntake(context, raw, description.WindowFrames, description.LookAheadFrames, description.Group);
        _trust = new TrustWatch(context, method.Domain, warnings, method.IsScaleFree);
        bool drawn = context.Specification.Preview.EffectiveRate > 0;
        _processor = description.Task == "localization" ? new LocalizationProcessor(context, drawn ? output : null, description.GivesDepth) : null;
        _previewer = new Previewer(context, output, _processor);

        // A live session holds little between its stages: what waits at the intake can still be given up for newer frames.
        int between = context.Pace is null ? Between : 1;
        Channel<PhotonFrame> calibrated = Link<PhotonFrame>(between);
        Channel<AssembledWindow> assembled = Link<AssembledWindow>(between);
        Channel<PublishedResult> reconstructed = Link<PublishedResult>(Between);
        var free = Channel.CreateBounded<AssembledWindow>(new BoundedChannelOptions(Windows) { SingleReader = true, SingleWriter = true });
        for (int i = 0; i < Windows; i++)
        {
            free.Writer.TryWrite(new AssembledWindow(description.WindowFrames, description.LookAheadFrames, grid));
        }

        var calibrate = new CalibrateStage(context, Intake, _photons, calibrated.Writer, _trust, raw.Capacity);
        _assemble = new AssembleStage(
            context, calibrated.Reader, free.Reader, assembled.Writer, Gathering(description));
        var reconstruct = new ReconstructStage(context, assembled.Reader, reconstructed.Writer, _method, _previewer, _trust, description.Group is not null);
        _publish = new PublishStage(context, reconstructed.Reader, free.Writer, _previewer, _trust);
        _stopAll = () =>
        {
            Intake.Close();
            _photons.Dispose();
            calibrated.Writer.TryComplete();
            assembled.Writer.TryComplete();
            reconstructed.Writer.TryComplete();
            free.Writer.TryComplete();
            context.Hub.Primary.NeverWait();
        };
        Completion = RunAsync(
            RunStageAsync(calibrate.RunAsync, () => calibrated.Writer.TryComplete()),
            RunStageAsync(_assemble.RunAsync, () => assembled.Writer.TryComplete()),
            RunStageAsync(reconstruct.RunAsync, () => reconstructed.Writer.TryComplete()),
            RunStageAsync(_publish.RunAsync, () => true),
            Task.Run(() => _previewer.RunAsync(_previewsStop.Token)));
    }

    public FrameIntake Intake { get; }

    /// <summary>Ends when every frame was worked off, returned and counted; faults when a stage has a fault of its own.</summary>
    public Task Completion { get; }

    /// <summary>What processing left, once <see cref="Completion"/> has ended; null where nothing was localized.</summary>
    public ProcessingSummary? Processing { get; private set; }

    public string Provider => _method.Provider.Used;

    public int PhotonsOutstanding => _photons.Outstanding;

    public long LastPublishedTimestamp => _publish.LastPublishedTimestamp;

    /// <summary>Photon frames that are out at once: between stages, in the window, and in windows on their way.</summary>
    public static int PhotonSlots(int windowFrames) => windowFrames + 1 + Between + 2 + Windows;

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _method.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            if (_processor is not null)
            {
                await _processor.DisposeAsync().ConfigureAwait(false);
            }

            _photons.Dispose();
            _previewer.Release();
            _previewsStop.Dispose();
        }
    }

    private static IFrameGathering Gathering(MethodDescription description) => description.Group is { } group
        ? new FrameGroup(group)
        : new FrameWindow(description.WindowFrames, description.LookAheadFrames);

    private static Channel<T> Link<T>(int capacity) => Channel.CreateBounded<T>(new BoundedChannelOptions(capacity) { SingleReader = true, SingleWriter = true });

    /// <summary>
    /// Runs a stage. When it has worked off its input, the next one learns that nothing more will come; when it has a fault
    /// of its own, every other stage is woken, or it would wait for this one for ever.
    /// </summary>
    private Task RunStageAsync(Func<Task> run, Func<bool> completeOutput) => Task.Run(async () =>
    {
        try
        {
            await run().ConfigureAwait(false);
            completeOutput();
        }
        catch (Exception fault)
        {
            // Before the others are woken: what they then fail with is a consequence.
            Interlocked.CompareExchange(ref _firstFault, ExceptionDispatchInfo.Capture(fault), null);
            _stopAll();
            throw;
        }
    });

    private async Task RunAsync(Task calibrate, Task assemble, Task reconstruct, Task publish, Task previews)
    {
        try
        {
            await Task.WhenAll(calibrate, assemble, reconstruct, publish).ConfigureAwait(false);
        }
        catch when (_firstFault is not null)
        {
            _firstFault.Throw();
            throw;
        }
        finally
        {
            _assemble.ReturnHeldFrames();
            _trust.Finish(_publish.LastHeader);
            await _previewsStop.CancelAsync().ConfigureAwait(false);
            await previews.ConfigureAwait(false);
            Processing = _processor?.Summarize();
        }
    }
}
