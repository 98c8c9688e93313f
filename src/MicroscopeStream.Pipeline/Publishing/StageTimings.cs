namespace MicroscopeStream.Pipeline.Publishing;

/// <summary>Times spent on one frame, each within the service's clock; ns.</summary>
public readonly record struct StageTimings
{
    /// <summary>Last byte received until handed to calibration.</summary>
    public long IngestNs { get; init; }

    /// <summary>ADU to photons, queueing before it included.</summary>
    public long CalibrateNs { get; init; }

    /// <summary>Waiting for the other frames that the method needs: no one's fault, reported apart.</summary>
    public long WindowWaitNs { get; init; }

    /// <summary>Assembling, queueing before it included, the window wait left out.</summary>
    public long AssembleNs { get; init; }

    /// <summary>The method itself, queueing before it included.</summary>
    public long ReconstructNs { get; init; }

    /// <summary>Rendering, packing and queueing for the wire.</summary>
    public long PublishNs { get; init; }

    /// <summary>Last byte received until handed to the wire, ns: the sum of all.</summary>
    public long TotalNs => IngestNs + CalibrateNs + WindowWaitNs + AssembleNs + ReconstructNs + PublishNs;
}
