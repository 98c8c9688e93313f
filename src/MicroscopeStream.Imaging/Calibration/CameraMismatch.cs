using System.Globalization;
using MicroscopeStream.Core.Cameras;

namespace MicroscopeStream.Imaging.Calibration;

/// <summary>Something that frames say against the description of their camera.</summary>
/// <param name="Serious">Whether results are worthless by it, rather than biased.</param>
/// <param name="Message">What was stated, what the frames show, what to do; full sentences.</param>
public sealed record CameraMismatch(bool Serious, string Message)
{
    /// <summary>Frames below which nothing is said.</summary>
    public const int FewestFrames = 8;

    /// <summary>Factor between stated and measured gain that is none of the estimate's error, which stays below 1.2 on frames that support one.</summary>
    private const double LargestGainFactor = 1.6;

    private const double SeriousGainFactor = 4;

    /// <summary>Photons by which the estimate of a baseline may be off, beside its stated error.</summary>
    private const double BaselineTolerancePhotons = 8;

    /// <summary>Holds a description against frames: levels that no light can make, and noise that does not fit the stated gain.</summary>
    /// <param name="stated">The camera as it was described.</param>
    /// <param name="estimator">Has seen frames of it; see <see cref="FewestFrames"/>.</param>
    /// <returns>The worst mismatch, or null: the frames do not contradict the description.</returns>
    /// <remarks>
    /// Quantum efficiency cannot be seen in frames and is not checked. Maps count with their means. Not thread-safe, as the estimator.
    /// </remarks>
    public static CameraMismatch? Find(CameraModel stated, CameraEstimator estimator)
    {
        if (estimator.Frames < FewestFrames)
        {
            return null;
        }

        double electronsPerAdu = Mean(stated.ElectronsPerAduMap, stated.ElectronsPerAdu) / stated.EmGain;
        double baseline = Mean(stated.BaselineMap, stated.BaselineAdu);
        double readNoiseAdu = Math.Sqrt(Mean(stated.ReadVarianceMap, stated.ReadNoiseElectrons * stated.ReadNoiseElectrons)) / Mean(stated.ElectronsPerAduMap, stated.ElectronsPerAdu);
        double dim = estimator.LevelAdu(10), middle = estimator.LevelAdu(50);
        if (dim < baseline - (3 * readNoiseAdu) - 1)
        {
            return new CameraMismatch(
                middle < baseline,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The camera description does not fit the frames: a tenth of the pixels lie at {dim:f0} ADU or less, under the stated baseline of {baseline:f0}, "
                    + $"which no light can make. What lies below the baseline is lost to the method. Measure baseline_adu again, with the shutter closed."));
        }

        CameraEstimate estimate = estimator.Estimate(stated.Kind);
        if (!estimate.GainSupported)
        {
            return null;
        }

        double factor = electronsPerAdu / estimate.Camera.ElectronsPerAdu;
        double ratio = Math.Max(factor, 1 / factor);
        if (ratio > LargestGainFactor && Math.Log(ratio) > 4 * estimate.GainUncertainty)
        {
            return new CameraMismatch(
                ratio > SeriousGainFactor,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The camera description does not fit the frames: by it an ADU is {electronsPerAdu:g3} electrons, by the noise of the frames "
                    + $"{estimate.Camera.ElectronsPerAdu:g3} ± {estimate.GainUncertainty:p0}. Photons are off by that factor, and precisions with them. "
                    + $"Check electrons_per_adu, em_gain and kind."));
        }

        double missing = estimate.Camera.BaselineAdu - baseline, error = estimate.BaselineUncertaintyAdu;
        bool low = missing * electronsPerAdu > BaselineTolerancePhotons && missing > 4 * error && missing > 0.25 * (middle - baseline);
        return !low
            ? null
            : new CameraMismatch(
                false,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The camera description does not fit the frames: it states a baseline of {baseline:f0} ADU, and the noise of the frames fits one of "
                    + $"{estimate.Camera.BaselineAdu:f0} ± {error:f0}. Background is overrated by {missing * electronsPerAdu:f0} electrons per pixel. "
                    + $"Measure baseline_adu again, with the shutter closed."));
    }

    private static double Mean(float[]? map, double otherwise) => map is { Length: > 0 } ? map.Average(static value => (double)value) : otherwise;
}
