using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MicroscopeStream.Core.Results;

namespace MicroscopeStream.Localizations.ReadOut;

/// <summary>
/// Turns emitter maps into localizations by local maxima with a split rule, as DECODE does (Speiser et al. 2021,
/// 10.1038/s41592-021-01236-x). An emitter's probability is often spread over neighbouring pixels; the rule sums it up:
/// <list type="number">
/// <item>p is clipped to 0 where it is not above the candidate threshold.</item>
/// <item>A pixel is a <em>maximum</em> when its clipped p is &gt; 0 and the largest of its 3 × 3 neighbourhood. Among equal
/// neighbours the first in reading order (row by row, left to right) is the maximum, so that a tie gives one emitter.</item>
/// <item>A pixel is a <em>split</em> when it is no maximum but its p is above the split threshold.</item>
/// <item>The value of both is p plus its four direct neighbours' unclipped p; above the accept threshold they are emitters,
/// with probability min(value, 1).</item>
/// </list>
/// Beyond the frame's edge (the network's padding included) p counts as 0. A NaN never becomes an emitter.
/// </summary>
/// <remarks>Immutable and thread-safe; a read-out allocates nothing but what the caller's list needs to grow.</remarks>
public sealed class EmitterReadOut
{
    private readonly EmitterMapChannels _channels;
    private readonly ReadOutThresholds _thresholds;
    private readonly int _planes;

    /// <summary>Makes a read-out for networks of one layout.</summary>
    /// <param name="channels">What each plane means.</param>
    /// <param name="thresholds">The thresholds.</param>
    /// <exception cref="ArgumentException">Probability, photons, x or y have no plane.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A threshold is out of its range.</exception>
    public EmitterReadOut(EmitterMapChannels channels, ReadOutThresholds thresholds)
    {
        thresholds.ThrowIfInvalid();
        if (!channels.Probability.IsPresent || !channels.Photons.IsPresent || !channels.X.IsPresent || !channels.Y.IsPresent)
        {
            throw new ArgumentException("An emitter read-out needs the channels probability, photons, x and y.", nameof(channels));
        }

        _channels = channels;
        _thresholds = thresholds;
        _planes = channels.PlaneCount;
    }

    /// <summary>Appends the emitters of one frame in reading order.</summary>
    /// <param name="frame">Frame number that the localizations get, from 0.</param>
    /// <param name="maps">The network's output for the frame.</param>
    /// <param name="pixelSizeNm">Pixel size of the maps, nm, &gt; 0.</param>
    /// <param name="emitters">Where they are appended; reuse it (cleared) to allocate nothing.</param>
    /// <returns>How many were appended.</returns>
    /// <exception cref="ArgumentException">The maps hold fewer planes than the channels name.</exception>
    public int Read(long frame, in EmitterMaps maps, double pixelSizeNm, List<Localization> emitters)
    {
        if (maps.PlaneCount < _planes)
        {
            throw new ArgumentException($"The maps hold {maps.PlaneCount} planes, but the channels name {_planes}.", nameof(maps));
        }

        int before = emitters.Count;
        ReadOnlySpan<float> plane = maps.Values.Slice(
            _channels.Probability.Index * maps.PlaneStride, (maps.RowStride * (maps.Height - 1)) + maps.Width);
        float scale = _channels.Probability.Scale;

        // The scan compares the network's raw numbers; it must not miss what rounding in p × scale lifts over the threshold,
        // so that Examine decides again.
        float candidate = scale == 1 ? _thresholds.CandidateProbability : MathF.BitDecrement(_thresholds.CandidateProbability / scale);
        for (int y = 0; y < maps.Height; y++)
        {
            ReadOnlySpan<float> row = plane.Slice(y * maps.RowStride, maps.Width);
            ref float first = ref MemoryMarshal.GetReference(row);
            Vector256<float> threshold = Vector256.Create(candidate);
            int x = 0;
            for (; x <= row.Length - Vector256<float>.Count; x += Vector256<float>.Count)
            {
                uint above = Vector256.GreaterThan(Vector256.LoadUnsafe(ref first, (nuint)x), threshold).ExtractMostSignificantBits();
                for (; above != 0; above &= above - 1)
                {
                    Examine(frame, maps, plane, x + BitOperations.TrailingZeroCount(above), y, pixelSizeNm, emitters);
                }
            }

            for (; x < row.Length; x++)
            {
                if (row[x] > candidate)
                {
                    Examine(frame, maps, plane, x, y, pixelSizeNm, emitters);
                }
            }
        }

        return emitters.Count - before;
    }

    private void Examine(
        long frame, in EmitterMaps maps, ReadOnlySpan<float> plane, int x, int y, double pixelSizeNm, List<Localization> emitters)
    {
        float scale = _channels.Probability.Scale;
        int at = (y * maps.RowStride) + x;
        float p = plane[at] * scale;
        if (!(p > _thresholds.CandidateProbability))
        {
            return;
        }

        bool left = x > 0, right = x < maps.Width - 1, up = y > 0, down = y < maps.Height - 1;
        float west = left ? plane[at - 1] * scale : 0, east = right ? plane[at + 1] * scale : 0;
        float north = up ? plane[at - maps.RowStride] * scale : 0, south = down ? plane[at + maps.RowStride] * scale : 0;
        float value = p + west + east + north + south;
        if (!(value > _thresholds.AcceptProbability))
        {
            return;
        }

        // Clipping needs no code: a neighbour at or below the threshold is below p anyway. Strict against earlier
        // neighbours, lenient against later ones: that is the tie rule.
        bool maximum = p > west && p > north && p >= east && p >= south
            && !(up && left && plane[at - maps.RowStride - 1] * scale >= p)
            && !(up && right && plane[at - maps.RowStride + 1] * scale >= p)
            && !(down && left && plane[at + maps.RowStride - 1] * scale > p)
            && !(down && right && plane[at + maps.RowStride + 1] * scale > p);
        if (maximum || p > _thresholds.SplitProbability)
        {
            emitters.Add(Describe(frame, maps, at, x, y, MathF.Min(value, 1), pixelSizeNm));
        }
    }

    private Localization Describe(long frame, in EmitterMaps maps, int at, int x, int y, float probability, double pixelSizeNm)
    {
        float pixel = (float)pixelSizeNm;
        return new Localization
        {
            Frame = frame,
            X = (x + 0.5 + Value(maps, _channels.X, at)) * pixelSizeNm,
            Y = (y + 0.5 + Value(maps, _channels.Y, at)) * pixelSizeNm,
            Z = Value(maps, _channels.Z, at),
            Photons = Value(maps, _channels.Photons, at),
            Background = Value(maps, _channels.Background, at),
            SigmaPhotons = Value(maps, _channels.SigmaPhotons, at),
            SigmaX = Value(maps, _channels.SigmaX, at) * pixel,
            SigmaY = Value(maps, _channels.SigmaY, at) * pixel,
            SigmaZ = Value(maps, _channels.SigmaZ, at),
            Probability = probability,
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Value(in EmitterMaps maps, MapChannel channel, int at) =>
        channel.IsPresent ? maps.Values[(channel.Index * maps.PlaneStride) + at] * channel.Scale : float.NaN;
}
