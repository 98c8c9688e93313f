using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Imaging.Numerics;
using MicroscopeStream.Pipeline.Assembly;
using MicroscopeStream.StructuredIllumination.Patterns;

namespace MicroscopeStream.Pipeline.Methods.Sim;

/// <summary>
/// Structured illumination by any <see cref="ISimImager"/>. The pattern is estimated on the first group and kept; each further frame
/// (rolling) or group (batch) updates the image; beside the stream the newest result is judged now and then, and the pattern estimated
/// again when it has drifted.
/// </summary>
/// <remarks>One thread at a time; what runs beside the stream works on copies.</remarks>
internal sealed partial class SimMethod : IReconstruction
{
    private readonly SimAcquisition _acquisition;
    private readonly bool _recalibrates;
    private readonly SimEquipment _equipment;
    private readonly WorkCrew? _crew;
    private readonly SimWorkshop _workshop;
    private readonly TimeProvider _time;
    private readonly bool _waits;
    private readonly SimGroup _group;
    private readonly float[] _framesJudged;
    private readonly float[] _imageJudged;
    private readonly SuperResolvedImage _image;
    private readonly SuperResolvedImage _map;
    private SimCalibration? _current;

    /// <param name="acquisition">Order, lens (its losses in it) and grids.</param>
    /// <param name="output">Grid of the images.</param>
    /// <param name="workshop">Does what is slow.</param>
    /// <param name="known">The pattern from a file; null: it is estimated.</param>
    /// <param name="recalibrates">Whether a pattern that has drifted is estimated again.</param>
    /// <param name="waits">Whether frames wait for the first pattern (lossless), or pass unreconstructed until it is there (live).</param>
    /// <param name="crew">Works on results; disposed with the method.</param>
    /// <param name="time">The clock.</param>
    /// <param name="equipment">What it runs on, disposed with the method.</param>
    public SimMethod(
        SimAcquisition acquisition, PixelGrid output, SimWorkshop workshop, IlluminationPattern? known, bool recalibrates, bool waits, WorkCrew? crew,
        TimeProvider time, SimEquipment equipment)
    {
        (_acquisition, _workshop, _known, _recalibrates, _waits, _crew, _time, _equipment) = (acquisition, workshop, known, recalibrates, waits, crew, time, equipment);
        _group = new SimGroup(acquisition);
        _framesJudged = new float[_group.Frames.Length];
        (_image, _map) = (new SuperResolvedImage(output), new SuperResolvedImage(acquisition.Frame));
        _imageJudged = new float[_image.Pixels.Length];
    }

    /// <inheritdoc/>
    public ProviderDecision Provider => _equipment.Provider();

    /// <inheritdoc/>
    public async ValueTask ReconstructAsync(AssembledInput input, ReconstructionUpdate update, CancellationToken cancellationToken)
    {
        bool whole = _group.IsWhole(input);
        if (whole)
        {
            // A gap, or the beginning: nothing from before it belongs to this group.
            _current?.Imager.Reset();
        }

        _group.Take(input);
        await FollowUpAsync(update, _waits && _current is null).ConfigureAwait(false);
        if (_current is not null)
        {
            await ReconstructAsync(input, whole, update, cancellationToken).ConfigureAwait(false);
            (update.Image, update.CompletesGroup) = (_image, whole || _group.PlaceOf(input, 0) == _group.Count - 1);
            JudgeNowAndThen();
        }

        (update.Trust, update.Concludes) = (_current?.Imager.Check(_verdict) ?? _verdict, true);
    }

    /// <inheritdoc/>
    public async ValueTask FinishAsync(ReconstructionUpdate update, CancellationToken cancellationToken)
    {
        if (!_group.IsComplete)
        {
            (update.Trust, update.Concludes) = (TrustReport.Good.With(
                TrustLevel.Untrusted, $"No whole group of {_group.Count} frames came, so that there is no image. Look for missing frames, and check the order {_acquisition.Order.Name}."), true);
            return;
        }

        // What is on its way is waited for; a pattern found drifted is estimated again, and its result judged in turn.
        while (true)
        {
            while (_beside is not null || _current is null)
            {
                await FollowUpAsync(update, wait: true).ConfigureAwait(false);
            }

            if (_reconstructed != _group.Taken)
            {
                await AddAllAsync(update, cancellationToken).ConfigureAwait(false);
            }

            if (_judgedThrough == _group.Taken && _judgedCalibration == _calibrations)
            {
                break;
            }

            BeginJudging();
        }

        update.Image = _image;
        (update.Trust, update.Concludes) = (_current!.Imager.Check(_verdict), true);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await BesideStream.EndAsync(_beside).ConfigureAwait(false);
        _equipment.Owned?.Dispose();
        _crew?.Dispose();
    }

    private async ValueTask ReconstructAsync(AssembledInput input, bool whole, ReconstructionUpdate update, CancellationToken cancellationToken)
    {
        if (whole || !_current!.Imager.IsComplete)
        {
            await AddAllAsync(update, cancellationToken).ConfigureAwait(false);
            return;
        }

        for (int offset = 1 - input.NewFrames; offset <= 0; offset++)
        {
            int place = _group.PlaceOf(input, offset);
            _current.Imager.Add(place, _group[place]);
        }

        await _current.Imager.RenderAsync(_image.Pixels, update, cancellationToken).ConfigureAwait(false);
        _reconstructed = _group.Taken;
    }

    private async ValueTask AddAllAsync(ReconstructionUpdate update, CancellationToken cancellationToken)
    {
        for (int n = 0; n < _group.Count; n++)
        {
            _current!.Imager.Add(n, _group[n]);
        }

        await _current!.Imager.RenderAsync(_image.Pixels, update, cancellationToken).ConfigureAwait(false);
        _reconstructed = _group.Taken;
    }
}
