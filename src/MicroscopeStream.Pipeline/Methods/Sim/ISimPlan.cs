using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Numerics;
using MicroscopeStream.StructuredIllumination.Optics;

namespace MicroscopeStream.Pipeline.Methods.Sim;

/// <summary>What a session's numbers say of a method that makes images of frames and their pattern alone.</summary>
internal interface ISimPlan
{
    /// <summary>Whether each frame updates the image, and not only each group.</summary>
    bool Rolling { get; }

    /// <summary>Whether a pattern that has drifted is estimated again.</summary>
    bool Recalibrates { get; }

    /// <summary>What the lens loses at its highest frequency, as a factor.</summary>
    double Damping { get; }

    /// <summary>Grid of the images.</summary>
    PixelGrid OutputOf(SimAcquisition acquisition);

    /// <summary>What makes imagers.</summary>
    SimImaging Imaging(SimAcquisition acquisition, WorkCrew? crew);

    /// <summary>Bytes that an imager holds.</summary>
    long HeldBytes(SimAcquisition acquisition);

    /// <summary>The lens with its losses.</summary>
    OpticalTransfer Damp(OpticalTransfer ideal) =>
        Damping < 1 ? ideal.WithDamping(Damping) : ideal;
}
