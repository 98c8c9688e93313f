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
    private readonly ReconstructionUpdate _update = new();
    private long _failures;

    public ReconstructStage(
        SessionContext context, ChannelReader<AssembledWindow> input, ChannelWriter<PublishedResult> output, IReconstruction method, Previewer previewer)
    {
        _context = context;
        _input = input;
        _output = output;
        _method = method;
        _previewer = previewer;
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
    }

    // The last look before the method begins, which may have been busy with the window before for long.
    private bool IsGivenUp(AssembledWindow window) =>
        window.OnlyReturns
        || _context.Pace?.GivesUp(window.Target.Run, window.Header.Sequence + window.Input.LookAheadFrames, window.CompletedTimestamp) == true;

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
            TellNotices(window.Header.Sequence);
            return PublishedResult.Dropped(window, DropCause.Failed);
        }

        TellNotices(window.Header.Sequence);
        if (_update.Image is { } image)
        {
            _previewer.Show(image);
        }

        LocalizationBatch batch = _context.Hub.Batches.Rent();
        batch.Append(_update.Localizations);
        long now = _context.Time.GetTimestamp();
        return new PublishedResult(window, batch, _update.Trust, _update.MeanBackground, _context.Nanoseconds(window.AssembledTimestamp, now), now, null);
    }

    private void TellNotices(long sequence)
    {
        foreach (Notice notice in _update.Notices)
        {
            _context.Notices.Tell(notice, SequenceRange.Of(sequence));
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
