namespace MicroscopeStream.Pipeline.Methods;

/// <summary>What a method is and needs, known before any frame.</summary>
public sealed record MethodDescription
{
    /// <summary>Id, as in <c>Method.id</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Version; empty for classical methods.</summary>
    public string Version { get; init; } = string.Empty;

    /// <summary>Task: <c>localization</c>, <c>image</c>, <c>sim</c>, …</summary>
    public required string Task { get; init; }

    /// <summary>One line for people.</summary>
    public required string Title { get; init; }

    /// <summary>Frames that one result needs, target included, 1…<see cref="Assembly.AssembledInput.LargestWindow"/>.</summary>
    public int WindowFrames { get; init; } = 1;

    /// <summary>Frames after the target that one result needs, 0…<see cref="WindowFrames"/> − 1.</summary>
    public int LookAheadFrames { get; init; }

    /// <summary>How frames are gathered into groups of <see cref="WindowFrames"/>; null (default): windows slide over them.</summary>
    public Assembly.FrameGrouping? Group { get; init; }

    /// <summary>Whether a <see cref="Sessions.MethodRequest.PsfCalibration"/> means something to it. Default false: one is refused.</summary>
    public bool TakesPsfCalibration { get; init; }

    /// <summary>Whether its localizations have depths without any calibration. Default false.</summary>
    public bool GivesDepth { get; init; }

    /// <summary>Whether a <see cref="Sessions.MethodRequest.SimPattern"/> means something to it. Default false: one is refused.</summary>
    public bool TakesSimPattern { get; init; }
}
