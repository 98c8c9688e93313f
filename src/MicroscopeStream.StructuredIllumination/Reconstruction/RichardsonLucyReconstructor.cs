using System.Numerics;
using System.Runtime.InteropServices;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Numerics;
using MicroscopeStream.Imaging.Resampling;
using MicroscopeStream.StructuredIllumination.Optics;
using MicroscopeStream.StructuredIllumination.Patterns;

namespace MicroscopeStream.StructuredIllumination.Reconstruction;

/// <summary>
/// The object, on a grid twice as fine, that makes the frames of a group most likely as Poisson numbers under their known patterns:
/// Richardson–Lucy iterations (Richardson 1972, 10.1364/JOSA.62.000055; Lucy 1974, 10.1086/111605; for structured illumination Ströhl and
/// Kaminski 2015, 10.1063/1.4908264) of all frames at once, x ← x · Σ_n A_nᵀ(d_n / (A_n x + b)) / Σ_n A_nᵀ1. Any number of frames will do, one phase of each angle among them. What lies just
/// beside the field is estimated along with it (Bertero and Boccacci 2005, 10.1051/0004-6361:20052717), so that edges need no window.
/// </summary>
/// <remarks>
/// The image is in the frames' unit per camera pixel and never negative. It begins as the frames' mean; each iteration adds finer detail,
/// and in the end noise: to stop early is the regularization. Not thread-safe. Allocates nothing after construction.
/// </remarks>
public sealed class RichardsonLucyReconstructor
{
    /// <summary>Places from which less than this share of the best-seen place's light reaches a camera pixel are left dark.</summary>
    private const float LeastSeen = 0.01f;

    /// <summary>Predictions below this, photons, count as this.</summary>
    private const float LeastPredicted = 0.1f;

    /// <summary>Prolonged steps begin no darker than this, photons: what is dark can still become light.</summary>
    private const float LeastImage = 1e-4f;

    /// <summary>Share of the mean, and photons, that the image begins with at least.</summary>
    private const float LeastBegun = 0.05f, LeastBegunPhotons = 0.01f;

    private readonly PixelGrid _camera;
    private readonly RichardsonLucyOptions _options;
    private readonly PatternProjector _projector;
    private readonly int[] _frames;
    private readonly float[][] _data;
    private readonly double[] _means;
    private readonly float[] _gains;
    private readonly float[] _mean;
    private readonly float[] _fine;
    private readonly GridDoubler _doubler;
    private readonly bool[] _present;
    private readonly float[] _inverse;
    private readonly float[] _object;
    private readonly float[] _sum;
    private readonly float[] _coarse;
    private readonly Acceleration? _acceleration;
    private readonly Action<int, int> _divide;
    private readonly Action<int, int> _correct;
    private int _frame;
    private bool _rendered;

    /// <summary>Prepares deconvolutions.</summary>
    /// <param name="camera">The camera's pixels, at least 16 × 16.</param>
    /// <param name="pattern">The light's pattern.</param>
    /// <param name="transfer">The lens.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="crew">Who works on it; null: the caller alone. It stays the caller's to dispose.</param>
    /// <param name="frames">Which frames of the group take part, such as the first phase of each angle; null: all.</param>
    /// <exception cref="ArgumentException">The grid is too small, or a frame is not one of the group or there twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public RichardsonLucyReconstructor(
        PixelGrid camera, IlluminationPattern pattern, OpticalTransfer transfer, RichardsonLucyOptions? options = null, WorkCrew? crew = null,
        IReadOnlyList<int>? frames = null)
    {
        if (camera.Width < 16 || camera.Height < 16)
        {
            throw new ArgumentException($"A field of {camera.Width} × {camera.Height} px is too small: at least 16 × 16.", nameof(camera));
        }

        _frames = [.. frames ?? [.. Enumerable.Range(0, pattern.Frames)]];
        if (_frames.Length == 0 || _frames.Distinct().Count() != _frames.Length || _frames.Any(n => n < 0 || n >= pattern.Frames))
        {
            throw new ArgumentException($"Frames {string.Join(' ', _frames)} are not some of a group's {pattern.Frames}, each once.", nameof(frames));
        }

        _options = options ?? new RichardsonLucyOptions();
        _options.ThrowIfInvalid();
        (_camera, Pattern) = (camera, pattern);
        ResultGrid = new PixelGrid(2 * camera.Width, 2 * camera.Height, camera.PixelSizeNm / 2);
        _projector = new PatternProjector(camera, pattern, transfer, crew);
        int area = _projector.Width * _projector.Height;
        _data = [.. _frames.Select(_ => new float[camera.PixelCount])];
        (_means, _present) = (new double[_frames.Length], new bool[_frames.Length]);
        (_inverse, _object, _sum, _coarse) = (new float[4 * area], new float[4 * area], new float[4 * area], new float[area]);
        (_gains, _mean, _fine, _doubler) = (new float[_frames.Length], new float[camera.PixelCount], new float[ResultGrid.PixelCount], new GridDoubler(camera.Width, camera.Height));
        _acceleration = _options.Accelerated ? new Acceleration(_object.Length) : null;
        (_divide, _correct) = (DivideRows, CorrectRows);
        MakeInverse();
    }

    /// <summary>The grid of the result: twice as fine, of the same field.</summary>
    public PixelGrid ResultGrid { get; }

    /// <summary>The pattern that is assumed.</summary>
    public IlluminationPattern Pattern { get; }

    /// <summary>Whether every frame that takes part has come at least once.</summary>
    public bool IsComplete => Array.TrueForAll(_present, p => p);

    /// <summary>Forgets all frames.</summary>
    public void Reset() => Array.Clear(_present);

    /// <summary>Puts a frame into its place.</summary>
    /// <param name="index">Its place in the group, 0…frames − 1; those that do not take part are passed over.</param>
    /// <param name="frame">Row-major (y, x), photons with the baseline taken off; finite values; negative ones count as 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such place.</exception>
    /// <exception cref="ArgumentException">Another number of pixels than the camera has.</exception>
    public void Add(int index, ReadOnlySpan<float> frame)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Pattern.Frames);
        if (frame.Length != _camera.PixelCount)
        {
            throw new ArgumentException($"{frame.Length} pixels given for a frame of {_camera.Width} × {_camera.Height}.", nameof(frame));
        }

        int n = Array.IndexOf(_frames, index);
        if (n < 0)
        {
            return;
        }

        double sum = 0;
        float[] data = _data[n];
        for (int i = 0; i < data.Length; i++)
        {
            data[i] = Math.Max(0, frame[i]);
            sum += frame[i];
        }

        (_means[n], _present[n]) = (sum / data.Length, true);
    }

    /// <summary>Deconvolves the frames that are there.</summary>
    /// <param name="result">Gets the image, row-major (y, x) on <see cref="ResultGrid"/>.</param>
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
            throw new InvalidOperationException("The group is not complete: every frame that takes part must have come once.");
        }

        Begin();
        for (int i = 0; i < _options.Iterations; i++)
        {
            Array.Clear(_sum);
            for (_frame = 0; _frame < _frames.Length; _frame++)
            {
                _projector.Project(_frames[_frame], _object, _coarse);
                _projector.Run(_projector.Height, _divide);
                _projector.AddBack(_frames[_frame], _coarse, _sum);
            }

            _projector.Run(2 * _projector.Height, _correct);
            if (i < _options.Iterations - 1)
            {
                _acceleration?.Prolong(_object, LeastImage);
            }
        }

        _rendered = true;

        for (int y = 0; y < ResultGrid.Height; y++)
        {
            _object.AsSpan(y * 2 * _projector.Width, ResultGrid.Width).CopyTo(result[(y * ResultGrid.Width)..]);
        }
    }

    /// <summary>
    /// How badly the last image explains its frames: Poisson deviance per camera pixel, mean of 2 (d ln(d/p) − d + p) over pixels d and
    /// predictions p, in the frames' unit. About 1 where photons were counted without other noise; each iteration lowers it.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is no image yet.</exception>
    public double MeasureDeviance()
    {
        if (!_rendered)
        {
            throw new InvalidOperationException("There is no image yet.");
        }

        double sum = 0;
        for (int n = 0; n < _frames.Length; n++)
        {
            _projector.Project(_frames[n], _object, _coarse);
            for (int i = 0; i < _data[n].Length; i++)
            {
                double d = _gains[n] * _data[n][i], p = Math.Max(LeastPredicted, _coarse[(i / _camera.Width * _projector.Width) + (i % _camera.Width)] + _options.Background);
                sum += 2 * ((d > 0 ? d * Math.Log(d / p) : 0) - d + p);
            }
        }

        return sum / _frames.Length / _camera.PixelCount;
    }

    private void Begin()
    {
        double all = 0;
        foreach (double mean in _means)
        {
            all += mean / _means.Length;
        }

        Array.Clear(_mean);
        double level = 0;
        for (int n = 0; n < _frames.Length; n++)
        {
            _gains[n] = _options.EqualizeIntensity ? (float)(all / Math.Max(_means[n], 1e-3)) : 1;
            float share = _gains[n] / _frames.Length;
            for (int i = 0; i < _mean.Length; i++)
            {
                _mean[i] += share * _data[n][i];
            }
        }

        foreach (float value in _mean)
        {
            level += value;
        }

        float least = (float)(LeastBegun * level / _mean.Length) + LeastBegunPhotons;
        _doubler.Apply(_mean, _fine);
        for (int y = 0; y < ResultGrid.Height; y++)
        {
            Span<float> row = _object.AsSpan(y * 2 * _projector.Width, ResultGrid.Width);
            for (int x = 0; x < row.Length; x++)
            {
                row[x] = Math.Max(least, _fine[(y * row.Length) + x]);
            }
        }

        _projector.FillGap(_object);
        _acceleration?.Begin(_object);
    }

    // One over how much light of a place reaches the camera's pixels.
    private void MakeInverse()
    {
        for (int y = 0; y < _camera.Height; y++)
        {
            _coarse.AsSpan(y * _projector.Width, _camera.Width).Fill(1);
        }

        _projector.Spread(_coarse, _object);
        foreach (int n in _frames)
        {
            _projector.AddLit(n, _object, _inverse);
        }

        float best = _inverse.Max();
        for (int i = 0; i < _inverse.Length; i++)
        {
            _inverse[i] = _inverse[i] > LeastSeen * best ? 1 / _inverse[i] : 0;
        }
    }

    // Measured over predicted; nothing was measured beside the field.
    private void DivideRows(int part, int worker)
    {
        (int first, int end) = PatternProjector.RowsOf(part, _projector.Height);
        var background = new Vector<float>((float)_options.Background);
        var least = new Vector<float>(LeastPredicted);
        float gain = _gains[_frame];
        for (int y = first; y < end; y++)
        {
            Span<float> row = _coarse.AsSpan(y * _projector.Width, _projector.Width);
            if (y >= _camera.Height)
            {
                row.Clear();
                continue;
            }

            row[_camera.Width..].Clear();
            Span<float> to = row[.._camera.Width];
            ReadOnlySpan<float> measured = _data[_frame].AsSpan(y * _camera.Width, _camera.Width);
            Span<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(to);
            ReadOnlySpan<Vector<float>> d = MemoryMarshal.Cast<float, Vector<float>>(measured);
            for (int i = 0; i < vectors.Length; i++)
            {
                vectors[i] = d[i] * gain / Vector.Max(vectors[i] + background, least);
            }

            for (int x = vectors.Length * Vector<float>.Count; x < to.Length; x++)
            {
                to[x] = measured[x] * gain / Math.Max(to[x] + background[0], least[0]);
            }
        }
    }

    private void CorrectRows(int part, int worker)
    {
        (int first, int end) = PatternProjector.RowsOf(part, 2 * _projector.Height);
        int start = first * 2 * _projector.Width, length = (end - first) * 2 * _projector.Width;
        Span<Vector<float>> x = MemoryMarshal.Cast<float, Vector<float>>(_object.AsSpan(start, length));
        ReadOnlySpan<Vector<float>> sum = MemoryMarshal.Cast<float, Vector<float>>(_sum.AsSpan(start, length)), inverse = MemoryMarshal.Cast<float, Vector<float>>(_inverse.AsSpan(start, length));
        for (int i = 0; i < x.Length; i++)
        {
            x[i] *= Vector.Max(sum[i] * inverse[i], Vector<float>.Zero);
        }

        for (int i = start + (x.Length * Vector<float>.Count); i < start + length; i++)
        {
            _object[i] *= Math.Max(0, _sum[i] * _inverse[i]);
        }
    }
}
