using MicroscopeStream.Core.Frames;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Video.Densities;

namespace MicroscopeStream.Pipeline.Methods.Video;

/// <summary>Offers the video methods without a network: <c>sliding</c>, <c>decay</c> and <c>rolling-ml</c>.</summary>
public sealed class BaselineVideoFactory : VideoMethodFactory
{
    private const int Runs = 3;
    private readonly Func<PixelGrid, double, int, IVideoDensity> _make;
    private readonly TimeProvider _time;

    private BaselineVideoFactory(MethodRegistry methods, TimeProvider time, string id, string title, Func<PixelGrid, double, int, IVideoDensity> make)
        : base(methods, id, string.Empty, title) => (_make, _time) = (make, time);

    /// <summary>Registers all three.</summary>
    /// <param name="methods">Gets them, and is asked for localizers when a session opens.</param>
    /// <param name="time">Measures the cost at warm-up.</param>
    public static void RegisterAll(MethodRegistry methods, TimeProvider time)
    {
        methods.Register(new BaselineVideoFactory(
            methods, time, "sliding", "Video as the blurred sum of the localizations of the last slices",
            static (grid, window, lookAhead) => new SlidingWindow(grid, (int)window, 1, lookAhead)));
        methods.Register(new BaselineVideoFactory(
            methods, time, "decay", "Video as a blurred sum in which localizations fade with age",
            static (grid, window, lookAhead) => new ExponentialDecay(grid, window, 1, lookAhead)));
        methods.Register(new BaselineVideoFactory(
            methods, time, "rolling-ml", "Video as the maximum-likelihood density of fading localizations, improved slice by slice",
            static (grid, window, lookAhead) => new RollingMaximumLikelihood(grid, window, lookAhead)));
    }

    private protected override async ValueTask<(IVideoDensity Density, double Milliseconds)> MakeAsync(
        SessionSpecification specification, PixelGrid grid, int lookAhead, CancellationToken cancellationToken)
    {
        IVideoDensity density = _make(grid, VideoParameters.WindowOf(specification), lookAhead);
        float[] map = new float[grid.PixelCount], now = new float[grid.PixelCount], refined = new float[grid.PixelCount];
        double best = double.PositiveInfinity;
        for (int run = 0; run < Runs; run++)
        {
            long start = _time.GetTimestamp();
            await density.StepAsync(map, now, refined, cancellationToken).ConfigureAwait(false);
            best = Math.Min(best, _time.GetElapsedTime(start).TotalMilliseconds);
        }

        await density.ResetAsync(cancellationToken).ConfigureAwait(false);
        return (density, best);
    }
}
