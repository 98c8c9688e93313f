namespace MicroscopeStream.StructuredIllumination.Orders;

/// <summary>What changes from frame to frame of a structured-illumination acquisition.</summary>
public enum FrameAxisKind
{
    /// <summary>Direction of the pattern.</summary>
    Angle = 0,

    /// <summary>Phase of the pattern.</summary>
    Phase = 1,

    /// <summary>Axial slice (z).</summary>
    Slice = 2,
}

/// <summary>One axis of a frame order.</summary>
/// <param name="Kind">What changes along it.</param>
/// <param name="Count">How many steps it has, ≥ 1.</param>
public readonly record struct FrameAxis(FrameAxisKind Kind, int Count);

/// <summary>What a frame of a group shows.</summary>
/// <param name="Angle">Index of the pattern's direction, from 0.</param>
/// <param name="Phase">Index of the pattern's phase, from 0.</param>
/// <param name="Slice">Index of the axial slice, from 0.</param>
public readonly record struct FrameRole(int Angle, int Phase, int Slice);

/// <summary>How the light is structured.</summary>
public enum PatternKind
{
    /// <summary>Two beams interfere: one carrier per angle.</summary>
    TwoBeam = 0,

    /// <summary>Three beams interfere: per angle order 1 and order 2, the carrier of order 2 twice that of order 1.</summary>
    ThreeBeam = 1,

    /// <summary>Three carriers at once, 120° apart, shifted by 1, 2 and 4 sevenths of a period from frame to frame.</summary>
    Hexagonal = 2,
}
