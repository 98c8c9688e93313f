using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Pipeline.Methods;

namespace MicroscopeStream.Pipeline.Sessions;

/// <summary>What the session will do, fixed when it opens (<c>Plan</c> of the protocol).</summary>
public sealed record SessionPlan
{
    /// <summary>Id of the method.</summary>
    public required string Method { get; init; }

    /// <summary>Version of the model; empty for classical methods.</summary>
    public required string MethodVersion { get; init; }

    /// <summary>Task of the method.</summary>
    public required string Task { get; init; }

    /// <summary>The execution provider and how it came to it.</summary>
    public required ProviderDecision Provider { get; init; }

    /// <summary>Frames that one result needs, ≥ 1.</summary>
    public required int WindowFrames { get; init; }

    /// <summary>Frames after the result's own frame that it needs, ≥ 0: the inherent wait is this many frame intervals.</summary>
    public required int LookAheadFrames { get; init; }

    /// <summary>Compute time per frame measured at warm-up on this machine, ms.</summary>
    public required double ExpectedMsPerFrame { get; init; }

    /// <summary>Rate that this machine can hold for this session alone, 1/s.</summary>
    public required double SustainableFrameRate { get; init; }

    /// <summary>Grid of the super-resolved image.</summary>
    public required PixelGrid Output { get; init; }

    /// <summary>Camera as used; null: it will be estimated from the first frames.</summary>
    public CameraModel? Camera { get; init; }

    /// <summary>Frame buffers of the session.</summary>
    public required int BufferFrames { get; init; }
}
