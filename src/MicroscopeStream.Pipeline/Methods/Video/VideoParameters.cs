using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Video;

namespace MicroscopeStream.Pipeline.Methods.Video;

/// <summary>The numbers of video methods, by the names that <see cref="MethodRequest.Parameters"/> gives them.</summary>
internal static class VideoParameters
{
    public const string SliceFrames = "slice_frames";
    public const string LookAhead = "look_ahead";
    public const string BridgedSlices = "bridged_slices";

    /// <summary>Slices that a baseline sums, or after which a localization counts 1/e.</summary>
    public const string Window = "window";

    /// <summary>What begins the name of a number that is the localizer's.</summary>
    public const string LocalizerPrefix = "localizer.";

    private const double DefaultWindow = 10;

    public static VideoOptions Options(SessionSpecification specification, int finer) => new()
    {
        Finer = finer,
        SliceFrames = (int)Value(specification, SliceFrames, new VideoOptions().SliceFrames),
        BridgedSlices = (int)Value(specification, BridgedSlices, new VideoOptions().BridgedSlices),
    };

    public static int LookAheadOf(SessionSpecification specification) => (int)Value(specification, LookAhead, 0);

    public static double WindowOf(SessionSpecification specification) => Value(specification, Window, DefaultWindow);

    /// <summary>What is wrong with the numbers that are not the localizer's.</summary>
    /// <param name="specification">The session.</param>
    /// <param name="hasWindow">Whether the method has a window.</param>
    /// <param name="lookAheads">The look-aheads offered beside 0; null: any.</param>
    public static IEnumerable<SpecificationProblem> Check(SessionSpecification specification, bool hasWindow, IReadOnlyList<int>? lookAheads)
    {
        string[] names = [SliceFrames, LookAhead, BridgedSlices, .. hasWindow ? [Window] : Array.Empty<string>()];
        foreach ((string name, double value) in specification.Method.Parameters.Where(one => !one.Key.StartsWith(LocalizerPrefix, StringComparison.Ordinal)))
        {
            string field = $"method.parameters.{name}";
            (double Least, double Most)? range = name switch
            {
                SliceFrames => (VideoOptions.FewestSliceFrames, VideoOptions.MostSliceFrames),
                LookAhead => (0, VideoOptions.MostLookAhead),
                BridgedSlices => (0, 1000),
                Window when hasWindow => (1, 1000),
                _ => null,
            };
            if (range is not { } known)
            {
                yield return new SpecificationProblem(
                    "unknown-parameter", field, name, $"{string.Join(", ", names)}, or a number of the localizer after '{LocalizerPrefix}'", "Leave it out, or spell it as expected.");
            }
            else if (!(value >= known.Least && value <= known.Most && value == Math.Floor(value)))
            {
                yield return new SpecificationProblem(
                    "invalid-value", field, FormattableString.Invariant($"{value}"),
                    FormattableString.Invariant($"a whole number from {known.Least} to {known.Most}"), "Give another value, or leave it out for the default.");
            }
            else if (name == LookAhead && value > 0 && lookAheads is not null && !lookAheads.Contains((int)value))
            {
                yield return new SpecificationProblem(
                    "invalid-value", field, FormattableString.Invariant($"{value}"), $"0, {string.Join(", ", lookAheads)}: what {specification.Method.Id} was trained for",
                    "Choose one of these, or another method.");
            }
        }
    }

    private static double Value(SessionSpecification specification, string name, double otherwise) =>
        specification.Method.Parameters.TryGetValue(name, out double value) ? value : otherwise;
}
