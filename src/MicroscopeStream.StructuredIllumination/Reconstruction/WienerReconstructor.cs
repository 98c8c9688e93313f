using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Fourier;
using MicroscopeStream.Imaging.Numerics;
using MicroscopeStream.StructuredIllumination.Optics;
using MicroscopeStream.StructuredIllumination.Patterns;

namespace MicroscopeStream.StructuredIllumination.Reconstruction;

/// <summary>
/// Puts the frames of a group together into an image on a grid twice as fine by the generalized Wiener filter (Gustafsson 2000,
/// 10.1046/j.1365-2818.2000.00710.x; 2008, 10.1529/biophysj.107.120345), frame by frame: each new frame takes the place of the one
/// before it with the same index, and the image can be had after every one of them (rolling) or after a whole group (batch). Because
/// the filter is linear, a frame's share is made once: filtered, brought to a finer grid, multiplied with its own weight pattern, added.
/// </summary>
/// <remarks>
/// The result is in the frames' unit per camera pixel, without background subtraction; it can be negative. Sums are kept in double
/// precision, so that rounding errors do not grow with the number of frames. Not thread-safe. Allocates nothing after construction.
/// </remarks>
public sealed partial class WienerReconstructor
{
    private readonly WienerFilters _filters;
    private readonly BandSeparation _bands;
    private readonly IlluminationPattern _pattern;
    private readonly WienerOptions _options;
    private readonly WorkCrew? _crew;
    private readonly PixelGrid _camera;
    private readonly SeamlessField _field;
    private readonly RealFourierTransform2D _frameTransform;
    private readonly RealFourierTransform2D _middleUp;
    private readonly RealFourierTransform2D _middleDown;
    private readonly RealFourierTransform2D _resultTransform;
    private readonly float[] _frame;
    private readonly float[] _middle;
    private readonly double[] _sum;
    private readonly float[][] _shares;
    private readonly double[] _means;
    private readonly bool[] _present;
    private readonly (float[] Re, float[] Im) _frameSpectrum;
    private readonly (float[] Re, float[] Im) _upSpectrum;
    private readonly (float[] Re, float[] Im) _downSpectrum;
    private readonly (float[] Re, float[] Im) _resultSpectrum;

    /// <summary>Prepares reconstructions.</summary>
    /// <param name="camera">The camera's pixels, at least 32 × 32.</param>
    /// <param name="pattern">The light's pattern.</param>
    /// <param name="transfer">The lens.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="crew">Who works on it; null: the caller alone. It stays the caller's to dispose.</param>
    /// <exception cref="ArgumentException">The bands cannot be separated, or the grid is too small.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public WienerReconstructor(
        PixelGrid camera, IlluminationPattern pattern, OpticalTransfer transfer, WienerOptions? options = null, WorkCrew? crew = null)
    {
        if (camera.Width < 32 || camera.Height < 32)
        {
            throw new ArgumentException($"A field of {camera.Width} × {camera.Height} px is too small: at least 32 × 32.", nameof(camera));
        }

        _options = options ?? new WienerOptions();
        _options.ThrowIfInvalid();
        (_camera, _pattern, _crew) = (camera, pattern, crew);
        _bands = new BandSeparation(pattern);
        _field = new SeamlessField(camera);
        PixelGrid whole = _field.Grid;
        _filters = new WienerFilters(whole, pattern, transfer, _options);
        ResultGrid = new PixelGrid(2 * camera.Width, 2 * camera.Height, camera.PixelSizeNm / 2);
        PixelGrid middle = _filters.Middle;
        _frameTransform = new RealFourierTransform2D(whole.Width, whole.Height, _filters.Columns + 1, crew);
        _middleUp = new RealFourierTransform2D(middle.Width, middle.Height, _filters.Columns + 1, crew);
        _middleDown = new RealFourierTransform2D(middle.Width, middle.Height, _filters.OutColumns + 1, crew);
        _resultTransform = new RealFourierTransform2D(2 * whole.Width, 2 * whole.Height, _filters.OutColumns + 1, crew);
        (_frameSpectrum, _upSpectrum) = (Planes(_frameTransform), Planes(_middleUp));
        (_downSpectrum, _resultSpectrum) = (Planes(_middleDown), Planes(_resultTransform));
        (_frame, _middle, _sum) = (new float[whole.PixelCount], new float[middle.PixelCount], new double[middle.PixelCount]);
        _shares = [.. Enumerable.Range(0, pattern.Frames).Select(_ => new float[middle.PixelCount])];
        (_means, _present) = (new double[pattern.Frames], new bool[pattern.Frames]);
        _before = MakeBefore();
        (_after, _low) = (MakeAfter(), MakeLow());
        _lowShares = [.. Enumerable.Range(0, pattern.Frames).Select(_ => new float[2 * _low.Length])];
        (_rampX, _rampY) = (Ramp(_filters.OutColumns, _resultTransform.Stride, whole.WidthNm), Ramp(_filters.OutRows, _filters.OutRows + 1, whole.HeightNm));
        _waves = MakeWaves();
        _fadeY = [.. Enumerable.Range(0, middle.Height).Select(y => SeamlessField.Along(y, middle.Height, camera.Height, whole.Height))];
        (_modulate, _filterUp, _filterResult) = (ModulateRows, FilterUpRows, FilterResultRows);
    }

    /// <summary>The grid of the result: twice as fine, of the same field.</summary>
    public PixelGrid ResultGrid { get; }

    /// <summary>The pattern that is assumed.</summary>
    public IlluminationPattern Pattern => _pattern;

    /// <summary>Frequency beyond which the result holds nothing, 1/µm: the physical limit of its resolution is its inverse.</summary>
    public double LimitPerUm => _filters.ApodizationEnd;

    /// <summary>Whether every frame of the group has come at least once.</summary>
    public bool IsComplete => Array.TrueForAll(_present, p => p);

    /// <summary>Forgets all frames.</summary>
    public void Reset()
    {
        Array.Clear(_present);
        Array.Clear(_means);
        Array.Clear(_sum);
        for (int n = 0; n < _shares.Length; n++)
        {
            Array.Clear(_shares[n]);
            Array.Clear(_lowShares[n]);
        }
    }

    /// <summary>Puts a frame into its place.</summary>
    /// <param name="index">Its place in the group, 0…frames − 1.</param>
    /// <param name="frame">Row-major (y, x), photons or another unit with the baseline taken off; finite values.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such place.</exception>
    /// <exception cref="ArgumentException">Another number of pixels than the camera has.</exception>
    public void Add(int index, ReadOnlySpan<float> frame)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, _pattern.Frames);
        if (frame.Length != _camera.PixelCount)
        {
            throw new ArgumentException($"{frame.Length} pixels given for a frame of {_camera.Width} × {_camera.Height}.", nameof(frame));
        }

        Prepare(index, frame);
        _frameTransform.Forward(_frame, _frameSpectrum.Re, _frameSpectrum.Im);
        KeepLow(index);
        Run((2 * _filters.Rows) + 1, _filterUp);
        ClearBetween(_upSpectrum, _middleUp.Stride, _filters.Rows, _filters.Middle.Height);
        _middleUp.Inverse(_upSpectrum.Re, _upSpectrum.Im, _middle);
        _index = index;
        Run(_filters.Middle.Height, _modulate);
    }

    /// <summary>The image from the frames that are there.</summary>
    /// <param name="result">Gets it, row-major (y, x) on <see cref="ResultGrid"/>.</param>
    /// <exception cref="ArgumentException">Another number of pixels than the result has.</exception>
    /// <exception cref="InvalidOperationException">Frames are missing.</exception>
    public void Render(Span<float> result)
    {
        if (result.Length != ResultGrid.PixelCount)
        {
            throw new ArgumentException($"{result.Length} pixels given for a result of {ResultGrid.Width} × {ResultGrid.Height}.", nameof(result));
        }

        if (!IsComplete)
        {
            throw new InvalidOperationException("The group is not complete: every frame must have come once.");
        }

        _middleDown.Forward(_middle, _downSpectrum.Re, _downSpectrum.Im);
        SumLow();
        (_scale, double level) = Light();
        Run((2 * _filters.OutRows) + 1, _filterResult);
        ClearBetween(_resultSpectrum, _resultTransform.Stride, _filters.OutRows, 2 * _field.Grid.Height);
        _resultSpectrum.Re[0] += (float)(level * 4 * _field.Grid.PixelCount);
        _resultTransform.Inverse(_resultSpectrum.Re, _resultSpectrum.Im, result, ResultGrid.Width, ResultGrid.Height);
    }

    /// <summary>A whole group at once: as <see cref="Add"/> for each frame and <see cref="Render"/>.</summary>
    /// <param name="frames">The group's frames one after the other.</param>
    /// <param name="result">Gets the image.</param>
    /// <exception cref="ArgumentException">A number of pixels is wrong.</exception>
    public void Reconstruct(ReadOnlySpan<float> frames, Span<float> result)
    {
        if (frames.Length != _pattern.Frames * _camera.PixelCount)
        {
            throw new ArgumentException($"{frames.Length} pixels given; a group is {_pattern.Frames} frames of {_camera.Width} × {_camera.Height}.", nameof(frames));
        }

        for (int n = 0; n < _pattern.Frames; n++)
        {
            Add(n, frames.Slice(n * _camera.PixelCount, _camera.PixelCount));
        }

        Render(result);
    }

    private static (float[] Re, float[] Im) Planes(RealFourierTransform2D transform) =>
        (new float[transform.SpectrumLength], new float[transform.SpectrumLength]);

    private void Run(int rows, Action<int, int> work)
    {
        int parts = (rows + RowsPerPart - 1) / RowsPerPart;
        if (_crew is null)
        {
            for (int part = 0; part < parts; part++)
            {
                work(part, 0);
            }
        }
        else
        {
            _crew.Run(parts, work);
        }
    }
}
