using System.Numerics;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.StructuredIllumination.Patterns;

namespace MicroscopeStream.StructuredIllumination.Reconstruction;

/// <summary>
/// Optical sections from structured illumination: only what is in focus sees the pattern, so that the strength with which a pixel follows
/// it is an image without light from out of focus. For three even phases this is the root of the squared differences of Neil, Juskaitis
/// and Wilson (1997, 10.1364/OL.22.001905); here the demodulation by least squares for any number of phases, even or not, the mean over the
/// angles' carriers of order 1. The resolution remains that of the lens.
/// </summary>
/// <remarks>
/// The image is in the frames' unit per camera pixel on the camera's own grid, never negative, and not divided by the modulation depth:
/// what is in focus and smooth keeps modulation × OTF(carrier) of its light. Noise is rectified: dark places are not quite zero. Frames are
/// brought to one mean, since flicker would look like modulation. Not thread-safe. Allocates nothing after construction.
/// </remarks>
public sealed class SectioningReconstructor
{
    private readonly PixelGrid _camera;
    private readonly float[][] _frames;
    private readonly double[] _means;
    private readonly bool[] _present;
    private readonly (int[] Frames, Complex[] Weights)[] _bands;
    private readonly float[] _real;
    private readonly float[] _imaginary;

    /// <summary>Prepares sections.</summary>
    /// <param name="camera">The camera's pixels.</param>
    /// <param name="pattern">The light's pattern.</param>
    /// <exception cref="ArgumentException">The bands cannot be separated.</exception>
    public SectioningReconstructor(PixelGrid camera, IlluminationPattern pattern)
    {
        (_camera, Pattern) = (camera, pattern);
        var separation = new BandSeparation(pattern);
        _bands = [.. Enumerable.Range(0, pattern.Components.Count).Where(c => pattern.Components[c].Order == 1).Select(c =>
        {
            int[] frames = [.. pattern.FramesOf(pattern.Components[c].Angle)];
            return (frames, frames.Select(n => separation.Side(n, c)).ToArray());
        })];
        _frames = [.. Enumerable.Range(0, pattern.Frames).Select(_ => new float[camera.PixelCount])];
        (_means, _present) = (new double[pattern.Frames], new bool[pattern.Frames]);
        (_real, _imaginary) = (new float[camera.PixelCount], new float[camera.PixelCount]);
    }

    /// <summary>The grid of the result: the camera's.</summary>
    public PixelGrid ResultGrid => _camera;

    /// <summary>The pattern that is assumed.</summary>
    public IlluminationPattern Pattern { get; }

    /// <summary>Whether every frame of the group has come at least once.</summary>
    public bool IsComplete => Array.TrueForAll(_present, p => p);

    /// <summary>Forgets all frames.</summary>
    public void Reset() => Array.Clear(_present);

    /// <summary>Puts a frame into its place.</summary>
    /// <param name="index">Its place in the group, 0…frames − 1.</param>
    /// <param name="frame">Row-major (y, x), photons or another unit with the baseline taken off; finite values.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such place.</exception>
    /// <exception cref="ArgumentException">Another number of pixels than the camera has.</exception>
    public void Add(int index, ReadOnlySpan<float> frame)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, _frames.Length);
        if (frame.Length != _camera.PixelCount)
        {
            throw new ArgumentException($"{frame.Length} pixels given for a frame of {_camera.Width} × {_camera.Height}.", nameof(frame));
        }

        frame.CopyTo(_frames[index]);
        double sum = 0;
        foreach (float value in frame)
        {
            sum += value;
        }

        (_means[index], _present[index]) = (sum / frame.Length, true);
    }

    /// <summary>The section from the frames that are there.</summary>
    /// <param name="result">Gets it, row-major (y, x) on <see cref="ResultGrid"/>.</param>
    /// <exception cref="ArgumentException">Another number of pixels than the result has.</exception>
    /// <exception cref="InvalidOperationException">Frames are missing.</exception>
    public void Render(Span<float> result)
    {
        if (result.Length != _camera.PixelCount)
        {
            throw new ArgumentException($"{result.Length} pixels given for a result of {_camera.Width} × {_camera.Height}.", nameof(result));
        }

        if (!IsComplete)
        {
            throw new InvalidOperationException("The group is not complete: every frame must have come once.");
        }

        double mean = 0;
        foreach (double m in _means)
        {
            mean += m / _means.Length;
        }

        result.Clear();
        foreach ((int[] frames, Complex[] weights) in _bands)
        {
            Array.Clear(_real);
            Array.Clear(_imaginary);
            for (int i = 0; i < frames.Length; i++)
            {
                double gain = _means[frames[i]] > 0 && mean > 0 ? mean / _means[frames[i]] : 1;
                Rows.AddScaled(_frames[frames[i]], (float)(gain * weights[i].Real), _real);
                Rows.AddScaled(_frames[frames[i]], (float)(gain * weights[i].Imaginary), _imaginary);
            }

            // A frame holds 2 Re(e^{iφ} C): its modulation is 2 |C|.
            float share = 2f / _bands.Length;
            for (int i = 0; i < result.Length; i++)
            {
                result[i] += share * MathF.Sqrt((_real[i] * _real[i]) + (_imaginary[i] * _imaginary[i]));
            }
        }
    }
}
