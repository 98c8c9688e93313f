namespace MicroscopeStream.Imaging.Calibration;

/// <summary>What a <see cref="PhotonConverter"/> met in one frame.</summary>
/// <param name="NonFinite">Pixels that were NaN or infinite and became 0 photons.</param>
/// <param name="Saturated">Pixels at or above the converter's largest value: their photons are a lower bound.</param>
public readonly record struct ConversionCounts(int NonFinite, int Saturated)
{
    /// <summary>The counts of both.</summary>
    public static ConversionCounts operator +(ConversionCounts a, ConversionCounts b) => Add(a, b);

    /// <summary>The counts of both.</summary>
    public static ConversionCounts Add(ConversionCounts a, ConversionCounts b) => new(a.NonFinite + b.NonFinite, a.Saturated + b.Saturated);
}
