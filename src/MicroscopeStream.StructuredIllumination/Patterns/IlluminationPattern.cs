using MicroscopeStream.Core.Frames;
using MicroscopeStream.StructuredIllumination.Orders;

namespace MicroscopeStream.StructuredIllumination.Patterns;

/// <summary>
/// The light that falls on the sample in each frame of a group: I_n(r) = 1 + Σ_c a_c cos(2π k_c·r + φ_nc), r in µm from the centre of
/// camera pixel (0, 0), over the components of the frame's angle. Immutable.
/// </summary>
public sealed class IlluminationPattern
{
    private readonly double[] _phases;
    private readonly int[] _angles;

    /// <summary>Describes a pattern.</summary>
    /// <param name="order">In which order frames come; one slice.</param>
    /// <param name="components">All components of all angles, those of one angle one after the other.</param>
    /// <param name="phases">
    /// Phase of each component in each frame of the group, rad: [frame × components + component]; NaN where it does not light the frame.
    /// </param>
    /// <param name="angles">Angle of each frame of the group; empty: as the order says.</param>
    /// <exception cref="ArgumentException">Numbers of components, phases or angles do not fit the order.</exception>
    public IlluminationPattern(
        FrameOrder order, IReadOnlyList<PatternComponent> components, ReadOnlySpan<double> phases, ReadOnlySpan<int> angles = default)
    {
        if (order.Slices != 1)
        {
            throw new ArgumentException("A pattern is that of one axial slice.", nameof(order));
        }

        if (components.Count != order.Angles * order.ComponentsPerAngle || phases.Length != components.Count * order.FramesPerImage)
        {
            throw new ArgumentException(
                $"{order.Name} has {order.Angles * order.ComponentsPerAngle} components and {order.FramesPerImage} frames; "
                + $"{components.Count} components and {phases.Length} phases were given.",
                nameof(components));
        }

        Order = order;
        Components = [.. components];
        _phases = phases.ToArray();
        _angles = angles.IsEmpty ? [.. Enumerable.Range(0, order.FramesPerImage).Select(n => order.RoleOf(n).Angle)] : angles.ToArray();
        if (_angles.Length != order.FramesPerImage || _angles.Any(a => a < 0 || a >= order.Angles))
        {
            throw new ArgumentException("Each frame of the group has one angle of the order.", nameof(angles));
        }
    }

    /// <summary>In which order frames come.</summary>
    public FrameOrder Order { get; }

    /// <summary>All components of all angles.</summary>
    public IReadOnlyList<PatternComponent> Components { get; }

    /// <summary>Frames of a group.</summary>
    public int Frames => _angles.Length;

    /// <summary>Highest |k| of the components, 1/µm.</summary>
    public double HighestCarrierPerUm => Components.Max(c => c.K);

    /// <summary>The pattern whose phases follow the order's nominal steps from those at phase index 0.</summary>
    /// <param name="order">In which order frames come; one slice.</param>
    /// <param name="components">All components of all angles.</param>
    /// <param name="firstPhases">Phase of each component at phase index 0, rad.</param>
    /// <exception cref="ArgumentException">Numbers do not fit the order.</exception>
    public static IlluminationPattern Nominal(FrameOrder order, IReadOnlyList<PatternComponent> components, ReadOnlySpan<double> firstPhases)
    {
        var phases = new double[order.FramesPerImage * components.Count];
        for (int n = 0; n < order.FramesPerImage; n++)
        {
            FrameRole role = order.RoleOf(n);
            for (int c = 0; c < components.Count; c++)
            {
                phases[(n * components.Count) + c] = components[c].Angle == role.Angle
                    ? Wrap(firstPhases[c] - (role.Phase * order.NominalStep(c % order.ComponentsPerAngle)))
                    : double.NaN;
            }
        }

        return new IlluminationPattern(order, components, phases);
    }

    /// <summary>Phase of a component in a frame, rad, −π…π; NaN where it does not light the frame.</summary>
    public double Phase(int frame, int component) => _phases[(frame * Components.Count) + component];

    /// <summary>Angle of a frame of the group.</summary>
    public int AngleOf(int frame) => _angles[frame];

    /// <summary>The frames of an angle, in the order in which they come.</summary>
    public IEnumerable<int> FramesOf(int angle) => Enumerable.Range(0, Frames).Where(n => _angles[n] == angle);

    /// <summary>The indices of the components that light frames of an angle.</summary>
    public IEnumerable<int> ComponentsOf(int angle) => Enumerable.Range(0, Components.Count).Where(c => Components[c].Angle == angle);

    /// <summary>The same pattern with other modulation depths.</summary>
    /// <param name="modulations">One per component.</param>
    /// <exception cref="ArgumentException">Another number than there are components.</exception>
    public IlluminationPattern WithModulations(ReadOnlySpan<double> modulations)
    {
        if (modulations.Length != Components.Count)
        {
            throw new ArgumentException($"{modulations.Length} modulation depths given for {Components.Count} components.", nameof(modulations));
        }

        var changed = new PatternComponent[Components.Count];
        for (int c = 0; c < changed.Length; c++)
        {
            changed[c] = Components[c] with { Modulation = modulations[c] };
        }

        return new IlluminationPattern(Order, changed, _phases, _angles);
    }

    /// <summary>The light of one frame on a grid.</summary>
    /// <param name="frame">Frame of the group.</param>
    /// <param name="grid">The grid to sample on.</param>
    /// <param name="originNm">
    /// Distance, along x and along y, from the grid's corner to the centre of camera pixel (0, 0), nm: half a camera pixel for a grid
    /// that covers the camera's field.
    /// </param>
    /// <param name="light">Gets I_n at the centres of the grid's pixels, row-major (y, x).</param>
    /// <exception cref="ArgumentException">The room is not that of the grid.</exception>
    public void Illuminate(int frame, PixelGrid grid, double originNm, Span<float> light)
    {
        if (light.Length != grid.PixelCount)
        {
            throw new ArgumentException($"{light.Length} pixels given for a grid of {grid.Width} × {grid.Height}.", nameof(light));
        }

        light.Fill(1);
        for (int c = 0; c < Components.Count; c++)
        {
            PatternComponent p = Components[c];
            if (p.Angle != _angles[frame])
            {
                continue;
            }

            double step = 2 * Math.PI * p.Kx * grid.PixelSizeNm * 1e-3;
            for (int y = 0; y < grid.Height; y++)
            {
                double start = Phase(frame, c)
                    + (2e-3 * Math.PI * ((p.Ky * (grid.CentreNm(y) - originNm)) + (p.Kx * (grid.CentreNm(0) - originNm))));
                Span<float> row = light.Slice(y * grid.Width, grid.Width);
                for (int x = 0; x < row.Length; x++)
                {
                    row[x] += (float)(p.Modulation * Math.Cos(start + (x * step)));
                }
            }
        }
    }

    /// <summary>An angle brought to −π…π.</summary>
    public static double Wrap(double angle) => Math.IEEERemainder(angle, 2 * Math.PI);
}
