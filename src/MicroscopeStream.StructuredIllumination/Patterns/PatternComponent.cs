namespace MicroscopeStream.StructuredIllumination.Patterns;

/// <summary>One cosine of a pattern: a · cos(2π k·r + φ), r in µm from the centre of camera pixel (0, 0).</summary>
/// <param name="Angle">Direction to which it belongs, from 0; only frames of this angle are lit by it.</param>
/// <param name="Order">1, or 2 for the second order of three beams.</param>
/// <param name="Kx">Carrier along x (columns), 1/µm.</param>
/// <param name="Ky">Carrier along y (rows, downwards), 1/µm.</param>
/// <param name="Modulation">Depth a, ≥ 0; 1 for two ideal beams.</param>
public readonly record struct PatternComponent(int Angle, int Order, double Kx, double Ky, double Modulation)
{
    /// <summary>|k|, 1/µm.</summary>
    public double K => Math.Sqrt((Kx * Kx) + (Ky * Ky));
}
