namespace MicroscopeStream.Localizations.Fitting;

/// <summary>What a fit's reduced deviance says about it.</summary>
internal static class FitQuality
{
    /// <summary>Reduced deviance up to which a fit explains its pixels: 3 standard deviations of what noise leaves.</summary>
    public static double Explained(int degreesOfFreedom) => 1 + (3 * Math.Sqrt(2.0 / degreesOfFreedom));

    /// <summary>
    /// By how much the Cramér–Rao bound is too good where the model does not explain its pixels: the square root of the misfit beyond
    /// what noise leaves (Birge 1932, 10.1103/PhysRev.40.207).
    /// </summary>
    public static float Misfit(float reducedDeviance, int pixels) => MathF.Sqrt(MathF.Max(1, reducedDeviance - (2 * MathF.Sqrt(2f / pixels))));
}
