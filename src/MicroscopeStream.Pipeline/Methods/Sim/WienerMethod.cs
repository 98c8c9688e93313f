using MicroscopeStream.Core.Results;
using MicroscopeStream.Imaging.Numerics;
using MicroscopeStream.Pipeline.Assembly;
using MicroscopeStream.StructuredIllumination.Orders;

namespace MicroscopeStream.Pipeline.Methods.Sim;

/// <summary>
/// The method <c>wiener</c>: structured illumination by the generalized Wiener filter. The pattern is estimated on the first group and
/// kept; each further frame (rolling) or group (batch) updates the image; beside the stream the newest result is judged now and then, and
/// the pattern estimated again when it has drifted.
/// </summary>
/// <remarks>One thread at a time; what runs beside the stream works on copies.</remarks>
internal sealed partial class WienerMethod : IReconstruction
{
    private readonly SimAcquisition _acquisition;
    private readonly WienerSettings _settings;
    private readonly WorkCrew _crew;
    private readonly SimWorkshop _workshop;
    private readonly TimeProvider _time;
    private readonly bool _waits;
    private readonly float[] _frames;
    private readonly float[] _framesJudged;
    private readonly float[] _imageJudged;
    private readonly bool[] _present;
    private readonly SuperResolvedImage _image;
    private readonly SuperResolvedImage _map;
    private readonly int _area;
    private SimCalibration? _current;
    private bool _complete;

    /// <param name="acquisition">Order, lens (its losses in it) and grids.</param>
    /// <param name="settings">The session's numbers.</param>
    /// <param name="workshop">Does what is slow.</param>
    /// <param name="crew">Works on results; the method disposes it.</param>
    /// <param name="known">The pattern from a file; null: it is estimated.</param>
    /// <param name="waits">Whether frames wait for the first pattern (lossless), or pass unreconstructed until it is there (live).</param>
    /// <param name="time">The clock.</param>
    /// <param name="provider">What it runs on.</param>
    public WienerMethod(
        SimAcquisition acquisition, WienerSettings settings, SimWorkshop workshop, WorkCrew crew, StructuredIllumination.Patterns.IlluminationPattern? known,
        bool waits, TimeProvider time, ProviderDecision provider)
    {
        (_acquisition, _settings, _workshop, _crew, _known, _waits, _time, Provider) = (acquisition, settings, workshop, crew, known, waits, time, provider);
        (int count, _area) = (acquisition.Order.FramesPerImage, acquisition.Frame.PixelCount);
        (_frames, _framesJudged, _present) = (new float[count * _area], new float[count * _area], new bool[count]);
        (_image, _map) = (new SuperResolvedImage(acquisition.Result), new SuperResolvedImage(acquisition.Frame));
        _imageJudged = new float[_image.Pixels.Length];
    }

    /// <inheritdoc/>
    public ProviderDecision Provider { get; }

    /// <inheritdoc/>
    public async ValueTask ReconstructAsync(AssembledInput input, ReconstructionUpdate update, CancellationToken cancellationToken)
    {
        bool whole = _acquisition.Order.IsTiled || input.NewFrames == _frames.Length / _area;
        if (whole)
        {
            // A gap, or the beginning: nothing from before it belongs to this group.
            _current?.Reconstructor.Reset();
        }

        Take(input);
        await FollowUpAsync(update, _waits && _current is null).ConfigureAwait(false);
        if (_current is not null)
        {
            Reconstruct(input, whole);
            update.Image = _image;
            JudgeNowAndThen();
        }

        (update.Trust, update.Concludes) = (_verdict, true);
    }

    /// <inheritdoc/>
    public async ValueTask FinishAsync(ReconstructionUpdate update, CancellationToken cancellationToken)
    {
        if (!_complete)
        {
            (update.Trust, update.Concludes) = (TrustReport.Good.With(
                TrustLevel.Untrusted, $"No whole group of {_present.Length} frames came, so that there is no image. Look for missing frames, and check the order {_acquisition.Order.Name}."), true);
            return;
        }

        // What is on its way is waited for; a pattern found drifted is estimated again, and its result judged in turn.
        while (true)
        {
            while (_beside is not null || _current is null)
            {
                await FollowUpAsync(update, wait: true).ConfigureAwait(false);
            }

            if (_reconstructed != _taken)
            {
                AddAll();
            }

            if (_judgedThrough == _taken && _judgedCalibration == _calibrations)
            {
                break;
            }

            BeginJudging();
        }

        update.Image = _image;
        (update.Trust, update.Concludes) = (_verdict, true);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await (_beside ?? Task.CompletedTask).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // What went wrong beside a stream that has ended concerns nobody any more.
        catch (Exception)
#pragma warning restore CA1031
        {
        }

        _crew.Dispose();
    }

    private void Take(AssembledInput input)
    {
        _taken += input.NewFrames;
        if (_acquisition.Order.IsTiled)
        {
            for (int n = 0; n < _present.Length; n++)
            {
                FrameTiles.Cut(_acquisition.Order, input.Photons(0), _acquisition.Camera.Width, n, Place(n));
            }

            _complete = true;
            return;
        }

        for (int offset = 1 - input.NewFrames; offset <= 0; offset++)
        {
            int place = PlaceOf(input, offset);
            input.Photons(offset).CopyTo(Place(place));
            _present[place] = true;
        }

        _complete = _complete || Array.TrueForAll(_present, p => p);
    }

    private void Reconstruct(AssembledInput input, bool whole)
    {
        if (whole || !_current!.Reconstructor.IsComplete)
        {
            AddAll();
            return;
        }

        for (int offset = 1 - input.NewFrames; offset <= 0; offset++)
        {
            int place = PlaceOf(input, offset);
            _current.Reconstructor.Add(place, Place(place));
        }

        _current.Reconstructor.Render(_image.Pixels);
        _reconstructed = _taken;
    }

    private void AddAll()
    {
        _current!.Reconstructor.Reconstruct(_frames, _image.Pixels);
        _reconstructed = _taken;
    }

    private int PlaceOf(AssembledInput input, int offset)
    {
        Core.Frames.FrameHeader header = input[offset].Header;
        int tagged = _acquisition.TaggedPlace(header);
        return tagged >= 0 ? tagged : (int)(header.Sequence % _present.Length);
    }

    private Span<float> Place(int n) => _frames.AsSpan(n * _area, _area);
}
