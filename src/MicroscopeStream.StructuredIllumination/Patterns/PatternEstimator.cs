using System.Numerics;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.StructuredIllumination.Optics;
using MicroscopeStream.StructuredIllumination.Orders;
using MicroscopeStream.StructuredIllumination.Reconstruction;

namespace MicroscopeStream.StructuredIllumination.Patterns;

/// <summary>
/// Estimates a pattern from the frames of one group. Each frame's difference from the group's mean, times that mean (both filtered), has
/// its spectrum's peaks at the carriers with the frame's phase as argument; peaks are found on frames summed with the nominal phases,
/// placed between pixels by climbing the power of the exact transform, and each frame's phase is read there. The modulation depth is the
/// peak's height over what the mean's own spectrum gives in the overlap of the shifted bands (Gustafsson 2000,
/// 10.1046/j.1365-2818.2000.00710.x). When the phases do not follow the stated order, carriers are sought on the frames' powers, which
/// know no order, and the order is read off the phases. Of frames too few to separate (one phase of each angle, say) the mean still holds
/// part of every pattern, which is allowed for; their order cannot be told.
/// </summary>
/// <remarks>Not thread-safe. Large fields are judged by their central 1024 × 1024 pixels.</remarks>
public sealed class PatternEstimator
{
    /// <summary>Mean share of the carriers' amplitudes that the nominal phases must gather where the carriers are weak.</summary>
    private const double LeastCoherence = 0.75;

    private readonly PixelGrid _camera;
    private readonly FrameOrder _order;
    private readonly OpticalTransfer _transfer;

    /// <summary>Prepares estimates.</summary>
    /// <param name="camera">The camera's pixels, at least 32 × 32.</param>
    /// <param name="order">In which order frames come; one slice, at least two frames of an image. One phase of each angle is enough.</param>
    /// <param name="transfer">The lens.</param>
    /// <exception cref="ArgumentException">The order has one frame or several slices, or the grid is too small.</exception>
    public PatternEstimator(PixelGrid camera, FrameOrder order, OpticalTransfer transfer)
    {
        if (order.FramesPerImage < 2 || order.Slices != 1)
        {
            throw new ArgumentException(
                $"{order.Name} has {order.FramesPerImage} frame(s) per image in {order.Slices} slice(s); a pattern shows in what at least two frames of one slice differ by.",
                nameof(order));
        }

        if (camera.Width < 32 || camera.Height < 32)
        {
            throw new ArgumentException($"A field of {camera.Width} × {camera.Height} px is too small: at least 32 × 32.", nameof(camera));
        }

        (_camera, _order, _transfer) = (camera, order, transfer);
    }

    /// <summary>Estimates.</summary>
    /// <param name="frames">The group's frames one after the other, each row-major (y, x); photons, or any unit with the baseline taken off.</param>
    /// <exception cref="ArgumentException">Another number of pixels than a group has.</exception>
    public PatternEstimate Estimate(ReadOnlySpan<float> frames)
    {
        if (frames.Length != _order.FramesPerImage * _camera.PixelCount)
        {
            throw new ArgumentException(
                $"{frames.Length} pixels given; a group is {_order.FramesPerImage} frames of {_camera.Width} × {_camera.Height}.", nameof(frames));
        }

        var group = new GroupSpectra(_camera, frames, _transfer);
        var search = new CarrierSearch(group, _order, _transfer);
        int[] nominal = [.. Enumerable.Range(0, _order.FramesPerImage)];
        bool few = !_order.CanBeSeparated && _order.Pattern == PatternKind.TwoBeam;
        CarrierReading[] stated = few ? search.OfFew(_transfer, even: true) : search.AsStated();
        if (few)
        {
            FrameOrderFinding finding = stated.All(r => r.IsSignificant) ? FrameOrderFinding.AsStated : FrameOrderFinding.Unclear;
            return Finish(group, stated, _order.NominalAngles(), finding, nominal);
        }

        int[]? places = PhaseSequence.Places(_order, stated, _order.NominalAngles());
        if (stated.All(r => r.IsConvincing) && (places is null || places.SequenceEqual(nominal)))
        {
            return Finish(group, stated, _order.NominalAngles(), FrameOrderFinding.AsStated, nominal);
        }

        (CarrierReading[] free, int[] angles) = search.OrderFree();
        int[]? found = free.All(r => r.IsSignificant) ? PhaseSequence.Places(_order, free, angles) : null;
        if (found is not null && !found.SequenceEqual(nominal))
        {
            return Finish(group, free, angles, FrameOrderFinding.Rearranged, found);
        }

        bool usable = stated.All(r => r.IsSignificant);
        if (!usable && _order.Pattern == PatternKind.TwoBeam)
        {
            // Dim frames: three carriers may be found together that do not stand out each by itself, if the frames' phases agree.
            CarrierReading[] together = search.OfFew(_transfer, even: false);
            if (together.All(r => r.IsFoundTogether) && together.Average(r => r.Coherence) > LeastCoherence)
            {
                return Finish(group, together, _order.NominalAngles(), FrameOrderFinding.AsStated, nominal);
            }
        }

        return Finish(group, stated, _order.NominalAngles(), usable && stated.All(r => r.Coherence > 0.7) ? FrameOrderFinding.AsStated : FrameOrderFinding.Unclear, nominal);
    }

    private PatternEstimate Finish(GroupSpectra group, CarrierReading[] readings, int[] angles, FrameOrderFinding finding, int[] places)
    {
        bool rearranged = finding == FrameOrderFinding.Rearranged;
        bool[] measured = [.. readings.Select(r => rearranged || r.IsUneven)];
        IlluminationPattern pattern = Build(group, readings, angles, measured);
        if (measured.Contains(true) && !BandSeparation.IsPossible(pattern))
        {
            // Two frames of one angle show one phase: one is there twice, and another is missing.
            (finding, measured) = (FrameOrderFinding.Unclear, new bool[readings.Length]);
            pattern = Build(group, readings, _order.NominalAngles(), measured);
            places = [.. Enumerable.Range(0, places.Length)];
        }

        return new PatternEstimate
        {
            Pattern = pattern,
            Significance = [.. readings.Select(r => r.Significance)],
            WereFoundTogether = readings.All(r => r.IsFoundTogether),
            PhaseDeviationRad = [.. readings.Select(r => r.DeviationRad)],
            HasUnevenSteps = !rearranged && measured.Contains(true),
            OrderFinding = finding,
            Places = places,
            FrameMeans = group.Means,
        };
    }

    private IlluminationPattern Build(GroupSpectra group, CarrierReading[] readings, int[] angles, bool[] measured)
    {
        int frames = _order.FramesPerImage, count = readings.Length;
        var components = new PatternComponent[count];
        var phases = new double[frames * count];
        Array.Fill(phases, double.NaN);
        for (int c = 0; c < count; c++)
        {
            CarrierReading r = readings[c];
            Complex sum = Complex.Zero;
            int lit = 0;
            for (int n = 0; n < frames; n++)
            {
                double phase = measured[c] ? r.Measured[n] : r.Nominal[n];
                if (angles[n] != r.Angle || double.IsNaN(phase))
                {
                    continue;
                }

                phases[(n * count) + c] = IlluminationPattern.Wrap(phase);
                sum += r.Amplitudes[n] * Complex.FromPolarCoordinates(1, -phase);
                lit++;
            }

            double overlap = group.Overlap(r.Kx, r.Ky);
            double depth = overlap > 0 && lit > 0 ? Math.Max(0, 2 * sum.Real / lit / overlap) : 0;
            components[c] = new PatternComponent(r.Angle, r.Order, r.Kx, r.Ky, depth);
        }

        return new IlluminationPattern(_order, components, phases, angles);
    }
}
