namespace MicroscopeStream.StructuredIllumination.Patterns;

/// <summary>What the data say about the order in which frames came.</summary>
public enum FrameOrderFinding
{
    /// <summary>The phases follow the stated order.</summary>
    AsStated = 0,

    /// <summary>They follow another order, which was recognized: the estimated phases and angles are those of the frames as they came.</summary>
    Rearranged = 1,

    /// <summary>They follow no order that could be recognized, or there is no pattern.</summary>
    Unclear = 2,
}

/// <summary>A pattern estimated from one group of frames.</summary>
public sealed record PatternEstimate
{
    /// <summary>Peaks below this many times the background (amplitude) are no carriers: noise alone rarely reaches 5.</summary>
    public const double LeastSignificance = 6;

    /// <summary>Carriers, modulation depths and phases of the frames as they came.</summary>
    public required IlluminationPattern Pattern { get; init; }

    /// <summary>Per component: amplitude of the carrier's peak ÷ median amplitude at the same |k|.</summary>
    public required IReadOnlyList<double> Significance { get; init; }

    /// <summary>
    /// Whether the carriers of three angles were found by being sought together, alike in length and 60° apart: each then needs to stand
    /// out less.
    /// </summary>
    public bool WereFoundTogether { get; init; }

    /// <summary>Per component: root mean square deviation of the measured phases from the order's nominal steps, rad.</summary>
    public required IReadOnlyList<double> PhaseDeviationRad { get; init; }

    /// <summary>
    /// Whether measured phases are used because the steps are uneven beyond the measurement's own error; otherwise the nominal steps
    /// from the measured first phase, which are less noisy.
    /// </summary>
    public required bool HasUnevenSteps { get; init; }

    /// <summary>What the data say about the order of the frames.</summary>
    public required FrameOrderFinding OrderFinding { get; init; }

    /// <summary>Per frame: its place in the stated order, as the data say; 0, 1, 2 … when as stated or unclear.</summary>
    public required IReadOnlyList<int> Places { get; init; }

    /// <summary>Mean of each frame, in the frames' unit.</summary>
    public required IReadOnlyList<double> FrameMeans { get; init; }

    /// <summary>Whether every order-1 carrier (and every hexagonal one) stands out from the background.</summary>
    public bool IsFound => WereFoundTogether || Pattern.Components.Zip(Significance).All(pair => pair.First.Order > 1 || pair.Second >= LeastSignificance);
}
