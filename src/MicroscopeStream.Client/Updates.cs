using MicroscopeStream.Contract.V1;
using MicroscopeStream.Core.Results;

namespace MicroscopeStream.Client;

/// <summary>One thing that came back, with the frames it covers.</summary>
public abstract record SessionUpdate
{
    /// <summary>First frame covered, sequence number.</summary>
    public long FirstFrame { get; internal set; }

    /// <summary>Last frame covered, sequence number.</summary>
    public long LastFrame { get; internal set; }

    /// <summary>The sender's own timestamp of the last frame covered, as it was sent, ns; 0 when none was.</summary>
    public long SenderTimestampNs { get; internal set; }

    /// <summary>This machine's clock (<see cref="TimeProvider.GetTimestamp"/>) when the update had arrived.</summary>
    public long ReceivedTimestamp { get; internal set; }

    /// <summary>Times spent in the service on the last frame covered, ns; null where the update covers none.</summary>
    public StageTimings? Timings { get; internal set; }
}

/// <summary>Localizations of one or more frames. A frame without emitters comes too, with none.</summary>
public sealed record LocalizationsUpdate : SessionUpdate
{
    /// <summary>The localizations, in the order of their frames.</summary>
    public required IReadOnlyList<Localization> Localizations { get; init; }
}

/// <summary>An image for display; only the newest matters.</summary>
public sealed record PreviewUpdate : SessionUpdate
{
    /// <summary>The image.</summary>
    public required PreviewImage Image { get; init; }
}

/// <summary>What was measured of structured illumination when the result was judged; replaces what came before.</summary>
public sealed record SimUpdate : SessionUpdate
{
    /// <summary>Carriers, contrast, order, residual, resolution.</summary>
    public required SimReading Reading { get; init; }
}

/// <summary>An image in full, before the summary, where <see cref="AcquisitionRequest.ResultImages"/> asked for it.</summary>
public sealed record ImageUpdate : SessionUpdate
{
    /// <summary>What it shows.</summary>
    public required ResultImageKind Kind { get; init; }

    /// <summary>The image; its corner is the corner of the camera's region of interest.</summary>
    public required SuperResolvedImage Image { get; init; }

    /// <summary>Frames of the session when it was made.</summary>
    public required long Frames { get; init; }

    /// <summary>Whether it is one of the series that <see cref="AcquisitionRequest.ResultSeries"/> asked for; otherwise it is the last.</summary>
    public bool OfGroup { get; init; }
}

/// <summary>How far results may be believed.</summary>
public sealed record TrustUpdate : SessionUpdate
{
    /// <summary>The verdict.</summary>
    public required TrustReport Trust { get; init; }
}

/// <summary>What the service asks of the microscope.</summary>
public sealed record DecisionUpdate : SessionUpdate
{
    /// <summary>The decision: action, parameters, reason.</summary>
    public required Decision Decision { get; init; }
}

/// <summary>Something that a person should know.</summary>
public sealed record NoticeUpdate : SessionUpdate
{
    /// <summary>The notice: severity, code, sentence.</summary>
    public required Notice Notice { get; init; }
}

/// <summary>Frames that did not arrive: the sequence number jumped.</summary>
public sealed record GapUpdate : SessionUpdate
{
    /// <summary>First missing sequence number.</summary>
    public required long FirstMissing { get; init; }

    /// <summary>Number of missing frames.</summary>
    public required long Count { get; init; }
}

/// <summary>Frames that arrived and were not worked on.</summary>
public sealed record DropUpdate : SessionUpdate
{
    /// <summary>Why.</summary>
    public required DropCause Cause { get; init; }

    /// <summary>How many since the last such update.</summary>
    public required long Count { get; init; }

    /// <summary>How many for this cause in the session so far.</summary>
    public required long Total { get; init; }
}

/// <summary>Rates, queues and latency, about once a second.</summary>
public sealed record ProgressUpdate : SessionUpdate
{
    /// <summary>How the session does.</summary>
    public required Progress Progress { get; init; }
}

/// <summary>The drift as it is known now; replaces what came before. <see cref="AcquisitionRequest.Processing"/> asks for it.</summary>
public sealed record DriftUpdate : SessionUpdate
{
    /// <summary>Knots of the curve: corrected position = position − drift, straight lines in between.</summary>
    public required Drift Drift { get; init; }
}

/// <summary>The resolution that the localizations support so far.</summary>
public sealed record ResolutionUpdate : SessionUpdate
{
    /// <summary>Resolution by Fourier ring correlation with its uncertainty, nm.</summary>
    public required Resolution Resolution { get; init; }
}

/// <summary>The session over time; replaces what came before.</summary>
public sealed record StatisticsUpdate : SessionUpdate
{
    /// <summary>Density, photons, background, precision, on-time and drift per slice of time.</summary>
    public required Statistics Statistics { get; init; }
}

/// <summary>
/// A frame of a super-resolved video; the frames covered are its time range. After a broken connection one may come twice.
/// </summary>
public sealed record VideoUpdate : SessionUpdate
{
    /// <summary>The picture.</summary>
    public required VideoPicture Picture { get; init; }
}

/// <summary>The last update of a session.</summary>
public sealed record SummaryUpdate : SessionUpdate
{
    /// <summary>The account of the whole session.</summary>
    public required SessionSummary Summary { get; init; }
}
