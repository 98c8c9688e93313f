using System.Globalization;

namespace MicroscopeStream.StructuredIllumination.Orders;

/// <content>Orders by name and from axis strings.</content>
public sealed partial record FrameOrder
{
    private const int MostSteps = 1000;

    private static readonly Dictionary<string, (string Axes, PatternKind Pattern, bool Tiled)> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["hex7"] = ("phase=7", PatternKind.Hexagonal, false),
        ["3x3"] = ("angle=3,phase=3", PatternKind.TwoBeam, false),
        ["3x5"] = ("angle=3,phase=5", PatternKind.ThreeBeam, false),
        ["3x2"] = ("angle=3,phase=2", PatternKind.TwoBeam, false),
        ["3x1"] = ("angle=3,phase=1", PatternKind.TwoBeam, false),
        ["1x1"] = ("angle=1,phase=1", PatternKind.TwoBeam, false),
        ["omx"] = ("angle=3,z=1,phase=5", PatternKind.ThreeBeam, false),
        ["elyra"] = ("phase=5,angle=3,z=1", PatternKind.ThreeBeam, false),
        ["fairsim"] = ("z=1,angle=3,phase=3", PatternKind.TwoBeam, false),
        ["nsim"] = ("angle=3,phase=5", PatternKind.ThreeBeam, true),
    };

    /// <summary>Names that <see cref="Parse"/> knows.</summary>
    public static IReadOnlyCollection<string> Names => Known.Keys;

    /// <summary>The order of a name or an axis string.</summary>
    /// <param name="text">
    /// A name (<see cref="Names"/>, <c>hex7</c> for example), or axes from the slowest to the fastest with their counts
    /// (<c>angle=3,phase=5</c>; <c>z</c> is the axial slice), after which <c>;2-beam</c>, <c>;3-beam</c> or <c>;hexagonal</c> may say how
    /// the light is structured (otherwise three beams from five phases on, and the hexagonal pattern for seven phases without angles)
    /// and <c>;tiled</c> that the frames lie side by side in one image.
    /// </param>
    /// <exception cref="FormatException">It is neither; the message says what is wrong and what is possible.</exception>
    public static FrameOrder Parse(string text)
    {
        string trimmed = text.Trim();
        if (Known.TryGetValue(trimmed, out (string Axes, PatternKind Pattern, bool Tiled) known))
        {
            return new FrameOrder(trimmed.ToLowerInvariant(), ParseAxes(known.Axes, trimmed), known.Pattern, known.Tiled);
        }

        string[] parts = trimmed.Split(';', StringSplitOptions.TrimEntries);
        IReadOnlyList<FrameAxis> axes = ParseAxes(parts[0], text);
        int phases = axes.Where(a => a.Kind == FrameAxisKind.Phase).Select(a => a.Count).DefaultIfEmpty(1).First();
        bool hasAngles = axes.Any(a => a.Kind == FrameAxisKind.Angle && a.Count > 1);
        PatternKind pattern = phases == 7 && !hasAngles ? PatternKind.Hexagonal : phases >= 5 ? PatternKind.ThreeBeam : PatternKind.TwoBeam;
        bool tiled = false;
        foreach (string word in parts[1..])
        {
            switch (word.ToLowerInvariant())
            {
                case "2-beam":
                    pattern = PatternKind.TwoBeam;
                    break;
                case "3-beam":
                    pattern = PatternKind.ThreeBeam;
                    break;
                case "hexagonal":
                    pattern = PatternKind.Hexagonal;
                    break;
                case "tiled":
                    tiled = true;
                    break;
                default:
                    throw Unknown(text, $"\"{word}\" is none of 2-beam, 3-beam, hexagonal, tiled");
            }
        }

        if (pattern == PatternKind.Hexagonal && (phases != 7 || hasAngles))
        {
            throw Unknown(text, "the hexagonal pattern has seven phases and no angles");
        }

        return new FrameOrder(trimmed, axes, pattern, tiled);
    }

    private static List<FrameAxis> ParseAxes(string text, string whole)
    {
        var axes = new List<FrameAxis>();
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            string[] sides = part.Split('=', StringSplitOptions.TrimEntries);
            FrameAxisKind kind = sides[0].ToLowerInvariant() switch
            {
                "angle" => FrameAxisKind.Angle,
                "phase" => FrameAxisKind.Phase,
                "z" => FrameAxisKind.Slice,
                _ => throw Unknown(whole, $"\"{sides[0]}\" is no axis"),
            };
            if (sides.Length != 2 || !int.TryParse(sides[1], NumberStyles.None, CultureInfo.InvariantCulture, out int count)
                || count < 1 || count > MostSteps)
            {
                throw Unknown(whole, $"\"{part}\" has no count of 1 to {MostSteps}");
            }

            if (axes.Exists(a => a.Kind == kind))
            {
                throw Unknown(whole, $"the axis {sides[0]} stands there twice");
            }

            axes.Add(new FrameAxis(kind, count));
        }

        return axes;
    }

    private static FormatException Unknown(string text, string problem) => new(
        $"The frame order \"{text}\" cannot be used: {problem}. Give one of {string.Join(", ", Known.Keys)}, "
        + "or axes from the slowest to the fastest with their counts, for example angle=3,phase=5.");
}
