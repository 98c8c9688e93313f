using System.Runtime.CompilerServices;
using System.Threading.Channels;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Pipeline.Assembly;
using MicroscopeStream.Pipeline.Sessions;

namespace MicroscopeStream.Pipeline.Publishing;

/// <summary>Hands results out, counts them, feeds the previews, and gives the frames back: in this order.</summary>
internal sealed class PublishStage
{
    private readonly SessionContext _context;
    private readonly ChannelReader<PublishedResult> _input;
    private readonly ChannelWriter<AssembledWindow> _free;
    private readonly Previewer _previewer;
    private readonly TrustWatch _trust;

    public PublishStage(
        SessionContext context, ChannelReader<PublishedResult> input, ChannelWriter<AssembledWindow> free, Previewer previewer, TrustWatch trust)
    {
        _context = context;
        _input = input;
        _free = free;
        _previewer = previewer;
        _trust = trust;
    }

    /// <summary>The service's clock when the last result was published; 0: none was.</summary>
    public long LastPublishedTimestamp { get; private set; }

    /// <summary>Header of the last frame whose result was published.</summary>
    public FrameHeader LastHeader { get; private set; }

    public async Task RunAsync()
    {
        while (await _input.TakeAsync().ConfigureAwait(false) is { IsSome: true, Item: var result })
        {
            if (result.Cause is { } cause)
            {
                if (!result.Window.OnlyReturns)
                {
                    _context.Frames.CountDropped(cause, result.Window.Input.NewFrames, result.Window.Range);
                }
            }
            else
            {
                await PublishAsync(result).ConfigureAwait(false);
            }

            _previewer.AddFrames(result.Window.Returned);
            foreach (FrameLease lease in result.Window.Returned)
            {
                lease.Dispose();
            }

            result.Window.Clear();
            _free.TryWrite(result.Window);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask PublishAsync(PublishedResult result)
    {
        LocalizationBatch batch = result.Batch!;
        AssembledWindow window = result.Window;
        SequenceRange range = window.Range;

        // The reference for the previews: the hub gives its own away.
        batch.Retain();
        long now = _context.Time.GetTimestamp();
        var timings = new StageTimings
        {
            IngestNs = window.Target.IngestNs,
            CalibrateNs = window.Target.CalibrateNs,
            WindowWaitNs = window.WindowWaitNs,
            AssembleNs = window.AssembleNs,
            ReconstructNs = result.ReconstructNs,
            PublishNs = _context.Nanoseconds(result.ReconstructedTimestamp, now),
        };
        await _context.Hub.PublishResultAsync(new SessionUpdate
        {
            Body = batch,
            Range = range,
            SenderTimestampNs = window.Header.SenderTimestampNs,
            Timings = timings,
            PublishedTimestamp = now,
        }).ConfigureAwait(false);
        LastHeader = window.Header;
        LastPublishedTimestamp = _context.Time.GetTimestamp();
        _context.Frames.CountProcessed(batch.Count, window.Input.NewFrames);
        _context.Latency.Record(timings with { PublishNs = _context.Nanoseconds(result.ReconstructedTimestamp, LastPublishedTimestamp) });
        Accounting.Telemetry.TraceFrame(window.Header.Sequence, timings, _context.Time);
        _trust.Judge(window.Header, result, batch);
        _previewer.AddLocalizations(batch, window.Header, timings, window.Input.NewFrames);
        batch.Release();
    }
}
