using MicroscopeStream.Core.Results;
using MicroscopeStream.Pipeline.Publishing;

namespace MicroscopeStream.Pipeline.Methods;

/// <summary>What a method found in one input. Reused from frame to frame: copy what shall stay.</summary>
public sealed class ReconstructionUpdate
{
    private readonly List<Notice> _notices = [];

    /// <summary>The localizations of the target frame, <see cref="Localization.Frame"/> being its sequence number.</summary>
    public List<Localization> Localizations { get; } = new(256);

    /// <summary>The whole image as it stands after this input, owned by the method until its next call; null: none or unchanged.</summary>
    public SuperResolvedImage? Image { get; set; }

    /// <summary>Mean background of the target frame as the method sees it, photons per camera pixel; NaN: not said.</summary>
    public float MeanBackground { get; set; } = float.NaN;

    /// <summary>What speaks against this result.</summary>
    public TrustReport Trust { get; set; } = TrustReport.Good;

    /// <summary>Things to tell, for example that a provider failed and another took over.</summary>
    public IReadOnlyList<Notice> Notices => _notices;

    /// <summary>Tells something, once.</summary>
    public void Tell(Notice notice) => _notices.Add(notice);

    /// <summary>Makes it empty for the next input.</summary>
    public void Clear()
    {
        Localizations.Clear();
        Image = null;
        MeanBackground = float.NaN;
        Trust = TrustReport.Good;
        _notices.Clear();
    }
}
