using MicroscopeStream.Core.Frames;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Video;
using MicroscopeStream.Video.Densities;

namespace MicroscopeStream.Pipeline.Methods.Video;

/// <summary>What all video methods share: a localizer of the registry's (<see cref="MethodRequest.Localizer"/>), and slices of time.</summary>
public abstract class VideoMethodFactory : IMethodFactory
{
    /// <summary>The localizer when none is asked for.</summary>
    public const string DefaultLocalizer = "mle";

    /// <summary>The task of every video method.</summary>
    public const string TaskName = "video";

    private const string LocalizationTask = "localization";
    private readonly MethodRegistry _methods;

    private protected VideoMethodFactory(MethodRegistry methods, string id, string version, string title)
    {
        _methods = methods;
        Description = new MethodDescription { Id = id, Version = version, Task = TaskName, Title = title };
    }

    /// <inheritdoc/>
    public MethodDescription Description { get; }

    /// <summary>Which numbers it takes.</summary>
    private protected virtual VideoOffer Offer { get; } = new();

    /// <inheritdoc/>
    public MethodDescription Describe(SessionSpecification specification)
    {
        MethodDescription localizer = Localizer(specification)!.Describe(ForLocalizer(specification));
        return Description with { WindowFrames = localizer.WindowFrames, LookAheadFrames = localizer.LookAheadFrames };
    }

    /// <inheritdoc/>
    public IReadOnlyList<SpecificationProblem> Check(SessionSpecification specification)
    {
        if (Localizer(specification) is not { } localizer)
        {
            string[] able = [.. _methods.All.Select(method => method.Description).Where(method => method.Task == LocalizationTask).Select(method => method.Id)];
            return
            [
                new SpecificationProblem(
                    "unknown-method", "method.localizer", specification.Method.Localizer, $"one of {string.Join(", ", able)}", "Choose a method that localizes, or leave it empty for mle."),
            ];
        }

        IEnumerable<SpecificationProblem> ofLocalizer = localizer.Check(ForLocalizer(specification)).Select(problem => problem with
        {
            Field = problem.Field.Replace("method.parameters.", $"method.parameters.{VideoParameters.LocalizerPrefix}", StringComparison.Ordinal),
        });
        return [.. VideoParameters.Check(specification, Offer), .. ofLocalizer, .. CheckGrid(specification)];
    }

    /// <inheritdoc/>
    public IReadOnlyList<Notice> Warn(SessionSpecification specification) =>
        [.. Localizer(specification)!.Warn(ForLocalizer(specification)), .. WarnOfDensity(specification)];

    /// <inheritdoc/>
    public async ValueTask<PreparedMethod> PrepareAsync(SessionSpecification specification, CancellationToken cancellationToken)
    {
        PixelGrid camera = specification.Acquisition.Grid;
        VideoOptions options = VideoParameters.Options(specification, Offer);
        PixelGrid grid = VideoReconstructor.GridOf(camera, options.Finer);
        PreparedMethod localizer = await Localizer(specification)!.PrepareAsync(ForLocalizer(specification), cancellationToken).ConfigureAwait(false);
        try
        {
            (IVideoDensity density, double milliseconds) = await MakeAsync(
                specification, grid, VideoParameters.LookAheadOf(specification, Offer), cancellationToken).ConfigureAwait(false);
            var method = new VideoMethod(localizer.Reconstruction, camera, options, density);
            return localizer with
            {
                Reconstruction = method,
                Provider = method.Provider,
                ExpectedMsPerFrame = localizer.ExpectedMsPerFrame + (milliseconds / options.SliceFrames),
                Output = grid,
                HeldBytes = localizer.HeldBytes + method.HeldBytes,
            };
        }
        catch
        {
            await localizer.Reconstruction.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Makes what turns maps into densities, warm, and says what a slice costs, ms.</summary>
    private protected abstract ValueTask<(IVideoDensity Density, double Milliseconds)> MakeAsync(
        SessionSpecification specification, PixelGrid grid, int lookAhead, CancellationToken cancellationToken);

    private protected virtual IEnumerable<SpecificationProblem> CheckGrid(SessionSpecification specification)
    {
        const long most = 4096L * 4096;
        AcquisitionSpecification acquisition = specification.Acquisition;
        int finer = VideoParameters.GridOf(specification, Offer);
        long pixels = (long)acquisition.Width * acquisition.Height * finer * finer;
        return pixels <= most
            ? []
            :
            [
                new SpecificationProblem(
                    "frame-size", "acquisition.width", $"{acquisition.Width} × {acquisition.Height} px",
                    $"at most {most / (finer * finer)} pixels, for a video of {finer} × {finer} pixels per camera pixel", "Choose a smaller region of interest, or a coarser grid."),
            ];
    }

    private protected virtual IEnumerable<Notice> WarnOfDensity(SessionSpecification specification) => [];

    private IMethodFactory? Localizer(SessionSpecification specification) =>
        _methods.TryFind(IdOf(specification), out IMethodFactory? found) && found.Description.Task == LocalizationTask ? found : null;

    private static string IdOf(SessionSpecification specification) =>
        specification.Method.Localizer.Length > 0 ? specification.Method.Localizer : DefaultLocalizer;

    private static SessionSpecification ForLocalizer(SessionSpecification specification) => specification with
    {
        Method = specification.Method with
        {
            Task = LocalizationTask,
            Id = IdOf(specification),
            Localizer = string.Empty,
            Parameters = specification.Method.Parameters
                .Where(one => one.Key.StartsWith(VideoParameters.LocalizerPrefix, StringComparison.Ordinal))
                .ToDictionary(one => one.Key[VideoParameters.LocalizerPrefix.Length..], one => one.Value, StringComparer.Ordinal),
        },
    };
}
