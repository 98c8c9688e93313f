using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Video;

namespace MicroscopeStream.Pipeline.Methods.Video;

/// <summary>The numbers of video methods, by the names that <see cref="MethodRequest.Parameters"/> gives them.</summary>
internal static class VideoParameters
{
    public const string SliceFrames = "slice_frames";
    public const string LookAhead = "look_ahead";
    public const string BridgedSlices = "bridged_slices";

    /// <summary>Video pixels per camera pixel along one axis.</summary>
    public const string Grid = "grid";

    /// <summary>Slices that a baseline sums, or after which a localization counts 1/e.</summary>
    public const string Window = "window";

    /// <summary>What begins the name of a number that is the localizer's.</summary>
    public const string LocalizerPrefix = "localizer.";

    private const double DefaultWindow = 10;

    public static VideoOptions Options(SessionSpecification specification, VideoOffer offer) => new()
    {
        Finer = GridOf(specification, offer),
        CoarsestPrecisionPixels = offer.CoarsestPrecisionPixels,
        SliceFrames = (int)Value(specification, SliceFrames, new VideoOptions().SliceFrames),
        BridgedSlices = (int)Value(specification, BridgedSlices, new VideoOptions().BridgedSlices),
    };

    public static int LookAheadOf(SessionSpecification specification, VideoOffer offer) => (int)Value(specification, LookAhead, offer.DefaultLookAhead);

    /// <summary>The grid asked for, or the default where that one is not offered.</summary>
    public static int GridOf(SessionSpecification specification, VideoOffer offer)
    {
        double asked = Value(specification, Grid, offer.Grids[0]);
        return offer.Grids.Contains((int)asked) ? (int)asked : offer.Grids[0];
    }

    public static double WindowOf(SessionSpecification specification) => Value(specification, Window, DefaultWindow);

    /// <summary>What is wrong with the numbers that are not the localizer's.</summary>
    /// <param name="specification">The session.</param>
    /// <param name="offer">What the method offers.</param>
    public static IEnumerable<SpecificationProblem> Check(SessionSpecification specification, VideoOffer offer)
    {
        string[] names = [SliceFrames, LookAhead, BridgedSlices, Grid, .. offer.HasWindow ? [Window] : Array.Empty<string>()];
        foreach ((string name, double value) in specification.Method.Parameters.Where(one => !one.Key.StartsWith(LocalizerPrefix, StringComparison.Ordinal)))
        {
            string field = $"method.parameters.{name}";
            (double Least, double Most)? range = name switch
            {
                SliceFrames => (VideoOptions.FewestSliceFrames, VideoOptions.MostSliceFrames),
                LookAhead => (0, VideoOptions.MostLookAhead),
                BridgedSlices => (0, 1000),
                Grid => (VideoOptions.CoarsestGrid, VideoOptions.FinestGrid),
                Window when offer.HasWindow => (1, 1000),
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
            else if (name == LookAhead && value > 0 && offer.LookAheads?.Contains((int)value) == false)
            {
                yield return new SpecificationProblem(
                    "invalid-value", field, FormattableString.Invariant($"{value}"), $"0, {string.Join(", ", offer.LookAheads)}: what {specification.Method.Id} was trained for",
                    "Choose one of these, or another method.");
            }
            else if (name == Grid && !offer.Grids.Contains((int)value))
            {
                yield return new SpecificationProblem(
                    "invalid-value", field, FormattableString.Invariant($"{value}"),
                    $"{string.Join(", ", offer.Grids)}: the video pixels per camera pixel that {specification.Method.Id} was trained for",
                    "Leave it out, or choose another method: sliding, decay and rolling-ml take any grid from 4 to 8.");
            }
        }
    }

    private static double Value(SessionSpecification specification, string name, double otherwise) =>
        specification.Method.Parameters.TryGetValue(name, out double value) ? value : otherwise;
}
