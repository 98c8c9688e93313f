using MicroscopeStream.Core.Frames;

namespace MicroscopeStream.Cli.Sources;

/// <summary>Headers of frames that a simulated microscope exposes one after the other, without tags.</summary>
internal static class SimulatedHeader
{
    /// <summary>The header of a frame.</summary>
    /// <param name="sequence">Its number, from 0.</param>
    public static FrameHeader Of(long sequence) => new()
    {
        Sequence = sequence,
        TimeIndex = (int)Math.Min(sequence, int.MaxValue),
        SliceIndex = -1,
        PositionIndex = -1,
        AngleIndex = -1,
        PhaseIndex = -1,
    };
}
