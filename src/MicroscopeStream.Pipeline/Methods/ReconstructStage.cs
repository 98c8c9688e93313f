using System.Runtime.CompilerServices;
using System.Threading.Channels;
using MicroscopeStream.Pipeline.Accounting;
using MicroscopeStream.Pipeline.Assembly;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;

namespace MicroscopeStream.Pipeline.Methods;

/// <summary>Runs the method on one window after the other. A window that fails is dropped, and the session goes on.</summary>
internal sealed class ReconstructStage
{
    private readonly SessionContext _context;
    private readonly ChannelReader<AssembledWindow> _input;
    private readonly ChannelWriter<PublishedResult> _output;
    private readonly IReconstruction _method;
    private readonly Previewer _previewer;
    private readonly TrustWatch _trust;
    private readonly bool _grouped;
    private readonly ImageSeries? _series;
    private readonly ReconstructionUpdate _update = new();
    private long _failures;
    private long _lastSequence;

    public ReconstructStage(
        SessionContext context, ChannelReader<AssembledWindow> input, ChannelWriter<PublishedResult> output, IReconstruction method, Previewer previewer, TrustWatch trust, bool grouped)
    {
        _context = context;
        _input = input;
        _output = output;
        _method = method;
        _previewer = previewer;
        _trust = trust;
        _grouped = grouped;
        _series = context.Specification.ResultSeries ? new ImageSeries(context) : null;
    }

    public async Task RunAsync()
    {
        while (await _input.TakeAsync().ConfigureAwait(false) is { IsSome: true } taken)
        {
            PublishedResult result = _context.Aborted.IsCancellationRequested
                ? PublishedResult.Dropped(taken.Item, DropCause.Aborted)
                : IsGivenUp(taken.Item)
                ? PublishedResult.Dropped(taken.Item, DropCause.Stale)
                : await ReconstructAsync(taken.Item).ConfigureAwait(false);
            await _output.WriteAsync(result, CancellationToken.None).ConfigureAwait(false);
        }

        if (!_context.Aborted.IsCancellationRequested)
        {
            await FinishAsync().ConfigureAwait(false);
        }
    }

    private async Task FinishAsync()
    {
        _update.Clear();
        try
        {
            await _method.FinishAsync(_update, _context.Aborted).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_context.Aborted.IsCancellationRequested)
        {
            return;
        }
#pragma warning disable CA1031 // A method's fault in its last words costs those and not the session.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            TellFailure(_lastSequence, fault);
        }

        Tell(SequenceRange.Of(_lastSequence));
        if (_update.Concludes)
        {
            _trust.Conclude(_update.Trust);
        }
    }

    // The last look before the method begins, which may have been busy with the window before for long.
    private bool IsGivenUp(AssembledWindow window) =>
        window.OnlyReturns
        || (_context.Pace is { } pace && ((_grouped && window.Target.Run <= pace.GivenUpThrough)
            || pace.GivesUp(window.Target.Run, window.Header.Sequence + window.Input.LookAheadFrames, window.CompletedTimestamp)));

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<PublishedResult> ReconstructAsync(AssembledWindow window)
    {
        _update.Clear();
        try
        {
            await _method.ReconstructAsync(window.Input, _update, _context.Aborted).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_context.Aborted.IsCancellationRequested)
        {
            return PublishedResult.Dropped(window, DropCause.Aborted);
        }
#pragma warning disable CA1031 // A method's fault, whatever it is, costs one frame and not the session.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            TellFailure(window.Header.Sequence, fault);
            TellNotices(SequenceRange.Of(window.Header.Sequence));
            return PublishedResult.Dropped(window, DropCause.Failed);
        }

        _lastSequence = window.Header.Sequence;
        Tell(window.Range);
        if (_series is not null && _update is { CompletesGroup: true, Image: { } image })
        {
            try
            {
                await _series.SendAsync(image, window.Range).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_context.Aborted.IsCancellationRequested)
            {
                return PublishedResult.Dropped(window, DropCause.Aborted);
            }
        }

        LocalizationBatch batch = _context.Hub.Batches.Rent();
        batch.Append(_update.Localizations);
        long now = _context.Time.GetTimestamp();
        return new PublishedResult(window, batch, _update.Trust, _update.MeanBackground, _context.Nanoseconds(window.AssembledTimestamp, now), now, null, _update.Concludes);
    }

    private void Tell(SequenceRange range)
    {
        TellNotices(range);
        foreach (UpdateBody fact in _update.Facts)
        {
            _context.Hub.Publish(fact, range);
        }

        if (_update.Image is { } image)
        {
            _previewer.Show(PreviewKind.SuperResolved, image, _update.ImageSlice);
        }

        if (_update.Refined is { } refined)
        {
            _previewer.Show(PreviewKind.Refined, refined.Image, refined.Slice);
        }

        if (_update.TrustMap is { } map)
        {
            _previewer.Show(PreviewKind.Trust, map);
        }
    }

    private void TellNotices(SequenceRange range)
    {
        foreach (Notice notice in _update.Notices)
        {
            _context.Notices.Tell(notice, range);
        }
    }

    private void TellFailure(long sequence, Exception fault)
    {
        _failures++;
        if (_context.Notices.Begins(NoticeCodes.MethodFailed))
        {
            _context.Notices.Tell(
                new Notice(
                    Severity.Error, NoticeCodes.MethodFailed,
                    $"{_context.Specification.Method.Id} failed on frame {sequence} ({_failures} so far): {fault.Message} "
                    + "The frame was dropped; if this goes on, open a session with another method or provider."),
                SequenceRange.Of(sequence));
        }
    }
}
