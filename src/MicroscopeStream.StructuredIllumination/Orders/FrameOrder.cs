using System.Globalization;

namespace MicroscopeStream.StructuredIllumination.Orders;

/// <summary>
/// In which order the frames of a group come and what pattern lights them. Axes are listed from the slowest to the fastest, as the
/// indices of an array are written: <c>angle=3,phase=5</c> gives all phases of the first angle first. Immutable.
/// </summary>
public sealed partial record FrameOrder
{
    private FrameOrder(string name, IReadOnlyList<FrameAxis> axes, PatternKind pattern, bool isTiled)
    {
        (Name, Axes, Pattern, IsTiled) = (name, axes, pattern, isTiled);
        (Angles, Phases, Slices) = (CountOf(FrameAxisKind.Angle), CountOf(FrameAxisKind.Phase), CountOf(FrameAxisKind.Slice));
    }

    /// <summary>Name by which it was asked for, or its axis string.</summary>
    public string Name { get; }

    /// <summary>The axes, slowest first; each kind at most once.</summary>
    public IReadOnlyList<FrameAxis> Axes { get; }

    /// <summary>How the light is structured.</summary>
    public PatternKind Pattern { get; }

    /// <summary>
    /// Whether the frames of a group lie side by side in one camera image: phases from left to right, angles from top to bottom.
    /// </summary>
    public bool IsTiled { get; }

    /// <summary>Directions of the pattern, ≥ 1.</summary>
    public int Angles { get; }

    /// <summary>Phases per direction, ≥ 1.</summary>
    public int Phases { get; }

    /// <summary>Axial slices, ≥ 1.</summary>
    public int Slices { get; }

    /// <summary>Frames that one image is made of: angles × phases.</summary>
    public int FramesPerImage => Angles * Phases;

    /// <summary>Frames until the order starts again: angles × phases × slices.</summary>
    public int FramesPerGroup => Angles * Phases * Slices;

    /// <summary>Carriers of the pattern of one angle: 1 for two beams, 2 (orders) for three, 3 for the hexagonal pattern.</summary>
    public int ComponentsPerAngle => Pattern switch { PatternKind.TwoBeam => 1, PatternKind.ThreeBeam => 2, _ => 3 };

    /// <summary>Whether a group determines an image linearly: phases ≥ 2 × <see cref="ComponentsPerAngle"/> + 1.</summary>
    public bool CanBeSeparated => Phases >= (2 * ComponentsPerAngle) + 1;

    /// <summary>What a frame shows.</summary>
    /// <param name="index">Its place in the group, 0…<see cref="FramesPerGroup"/> − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such place.</exception>
    public FrameRole RoleOf(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, FramesPerGroup);
        Span<int> at = stackalloc int[3];
        at.Clear();
        for (int axis = Axes.Count - 1; axis >= 0; axis--)
        {
            at[(int)Axes[axis].Kind] = index % Axes[axis].Count;
            index /= Axes[axis].Count;
        }

        return new FrameRole(at[(int)FrameAxisKind.Angle], at[(int)FrameAxisKind.Phase], at[(int)FrameAxisKind.Slice]);
    }

    /// <summary>The place in the group of the frame that shows something: the inverse of <see cref="RoleOf"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The order has no such frame.</exception>
    public int IndexOf(FrameRole role)
    {
        int index = 0;
        foreach (FrameAxis axis in Axes)
        {
            int at = axis.Kind switch { FrameAxisKind.Angle => role.Angle, FrameAxisKind.Phase => role.Phase, _ => role.Slice };
            if (at < 0 || at >= axis.Count)
            {
                throw new ArgumentOutOfRangeException(nameof(role), role, string.Create(
                    CultureInfo.InvariantCulture, $"{Name} has {axis.Count} steps along {axis.Kind}."));
            }

            index = (index * axis.Count) + at;
        }

        return index;
    }

    /// <summary>
    /// By how much the phase of a component falls from one phase index to the next, rad: 2π × order / phases; for the hexagonal
    /// pattern 1, 2 and 4 × 2π / phases for its three components.
    /// </summary>
    /// <param name="component">Component of the angle, 0…<see cref="ComponentsPerAngle"/> − 1.</param>
    public double NominalStep(int component) =>
        2 * Math.PI / Phases * (Pattern == PatternKind.Hexagonal ? 1 << component : component + 1);

    /// <summary>The angle of each frame of an image of one slice, as the order says.</summary>
    internal int[] NominalAngles() => [.. Enumerable.Range(0, FramesPerImage).Select(n => RoleOf(n).Angle)];

    /// <summary>By how much the phase of each frame of an angle has fallen since its first, rad; NaN for frames of other angles.</summary>
    internal double[] Turn(int angle, double step) =>
        [.. Enumerable.Range(0, FramesPerImage).Select(n => RoleOf(n) is var role && role.Angle == angle ? role.Phase * step : double.NaN)];

    /// <summary>Its name.</summary>
    public override string ToString() => Name;

    private int CountOf(FrameAxisKind kind)
    {
        foreach (FrameAxis axis in Axes)
        {
            if (axis.Kind == kind)
            {
                return axis.Count;
            }
        }

        return 1;
    }
}
