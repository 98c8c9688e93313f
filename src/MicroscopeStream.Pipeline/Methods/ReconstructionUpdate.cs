using MicroscopeStream.Core.Results;
using MicroscopeStream.Pipeline.Publishing;

namespace MicroscopeStream.Pipeline.Methods;

/// <summary>What a method found in one input. Reused from frame to frame: copy what shall stay.</summary>
public sealed class ReconstructionUpdate
{
    private readonly List<Notice> _notices = [];
    private readonly List<UpdateBody> _facts = [];

    /// <summary>The localizations of the target frame, <see cref="Localization.Frame"/> being its sequence number.</summary>
    public List<Localization> Localizations { get; } = new(256);

    /// <summary>The whole image as it stands after this input, owned by the method until its next call; null: none or unchanged.</summary>
    public SuperResolvedImage? Image { get; set; }

    /// <summary>
    /// Where <see cref="Image"/> may be believed, owned by the method until its next call: 0 where nothing speaks against it, in units
    /// that the method states (structured illumination: what the image does not explain, over the noise); null: none or unchanged.
    /// </summary>
    public SuperResolvedImage? TrustMap { get; set; }

    /// <summary>Whether <see cref="Image"/> stands for a whole group of frames, and belongs in a series of such images. Default false.</summary>
    public bool CompletesGroup { get; set; }

    /// <summary>Which stretch of time <see cref="Image"/> shows; null where it is not of a video.</summary>
    internal VideoSlice? ImageSlice { get; set; }

    /// <summary>The newest refined picture of a video, owned by the method until its next call; null: none or unchanged.</summary>
    internal (SuperResolvedImage Image, VideoSlice Slice)? Refined { get; set; }

    /// <summary>Mean background of the target frame as the method sees it, photons per camera pixel; NaN: not said.</summary>
    public float MeanBackground { get; set; } = float.NaN;

    /// <summary>What speaks against this result.</summary>
    public TrustReport Trust { get; set; } = TrustReport.Good;

    /// <summary>
    /// Whether <see cref="Trust"/> stands for the image as a whole: what was said before no longer counts. Default false: it is of this
    /// input alone, and adds to what others said. Only with it does <see cref="IReconstruction.FinishAsync"/> have the last word.
    /// </summary>
    public bool Concludes { get; set; }

    /// <summary>Things to tell, for example that a provider failed and another took over.</summary>
    public IReadOnlyList<Notice> Notices => _notices;

    /// <summary>What was measured, to be published as it is.</summary>
    internal IReadOnlyList<UpdateBody> Facts => _facts;

    /// <summary>Tells something, once.</summary>
    public void Tell(Notice notice) => _notices.Add(notice);

    /// <summary>Tells what was measured: a body that the session publishes with the frames of this input.</summary>
    internal void Tell(UpdateBody fact) => _facts.Add(fact);

    /// <summary>Makes it empty for the next input.</summary>
    public void Clear()
    {
        Localizations.Clear();
        Image = null;
        TrustMap = null;
        CompletesGroup = false;
        ImageSlice = null;
        Refined = null;
        MeanBackground = float.NaN;
        Trust = TrustReport.Good;
        Concludes = false;
        _notices.Clear();
        _facts.Clear();
    }
}
