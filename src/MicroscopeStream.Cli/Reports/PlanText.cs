using System.Globalization;
using MicroscopeStream.Contract.V1;

namespace MicroscopeStream.Cli.Reports;

/// <summary>What the service says it will do, in words, before the first frame is sent.</summary>
internal static class PlanText
{
    internal static string Describe(Plan plan)
    {
        string method = $"{plan.Method}{(plan.MethodVersion.Length > 0 ? " " + plan.MethodVersion : string.Empty)} on {plan.Provider?.Used}";
        string window = plan.WindowFrames > 1 ? $"; a result needs {plan.WindowFrames} frames, {plan.LookAheadFrames} of them later ones" : string.Empty;
        return $"plan: {method}, {Rate(plan.ExpectedMsPerFrame, plan.SustainableFrameRate)}{window}";
    }

    /// <summary>What was measured at warm-up, and the rate that it allows.</summary>
    internal static string Rate(double? msPerFrame, double? framesPerSecond) => msPerFrame is > 0 && framesPerSecond is { } rate && double.IsFinite(rate)
        ? string.Create(CultureInfo.InvariantCulture, $"{msPerFrame.Value:f1} ms per frame at warm-up, so up to {rate:f0} frames/s on that machine")
        : "no cost worth measuring";
}
