using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Localizations.Fitting;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;

namespace MicroscopeStream.Pipeline.Methods;

/// <summary>Offers the classical localizers: <c>mle</c> and <c>phasor</c>.</summary>
public sealed class ClassicalLocalizerFactory : IMethodFactory
{
    private const string PsfSigma = "psf_sigma_px";
    private const string Threshold = "threshold";

    private readonly SingleEmitterEstimator _estimator;
    private readonly TimeProvider _time;

    /// <summary>Makes a factory.</summary>
    /// <param name="estimator">Which of the two.</param>
    /// <param name="time">The clock that measures its cost.</param>
    public ClassicalLocalizerFactory(SingleEmitterEstimator estimator, TimeProvider time)
    {
        _estimator = estimator;
        _time = time;
        bool fits = estimator == SingleEmitterEstimator.MaximumLikelihood;
        Description = new MethodDescription
        {
            Id = fits ? "mle" : "phasor",
            Task = "localization",
            Title = fits
                ? "Classical: one Gaussian per candidate, fitted by maximum likelihood; for sparse emitters"
                : "Classical: position from the phase of the first Fourier coefficient; fast, for sparse emitters",
        };
    }

    /// <inheritdoc/>
    public MethodDescription Description { get; }

    /// <inheritdoc/>
    public IReadOnlyList<SpecificationProblem> Check(SessionSpecification specification)
    {
        var problems = new List<SpecificationProblem>();
        foreach ((string name, double value) in specification.Method.Parameters)
        {
            string? expected = name switch
            {
                PsfSigma => value is >= 0.5 and <= 4 ? null : "0.5 to 4 px",
                Threshold => value > 0 ? null : "a signal over noise > 0",
                _ => $"{PsfSigma} or {Threshold}",
            };
            if (expected is not null)
            {
                problems.Add(new SpecificationProblem(
                    name is PsfSigma or Threshold ? "invalid-value" : "unknown-parameter", $"method.parameters.{name}",
                    FormattableString.Invariant($"{value}"), expected, "Correct it, or leave it out."));
            }
        }

        return problems;
    }

    /// <inheritdoc/>
    public IReadOnlyList<Notice> Warn(SessionSpecification specification) => [];

    /// <inheritdoc/>
    public ValueTask<PreparedMethod> PrepareAsync(SessionSpecification specification, CancellationToken cancellationToken)
    {
        CameraModel camera = specification.Acquisition.Camera ?? new CameraModel();
        var method = new ClassicalLocalizer(Make(specification, camera), ReadVariance(camera), specification.Method.Provider);
        return ValueTask.FromResult(new PreparedMethod(method, method.Provider, Measure(specification, camera)));
    }

    private SingleEmitterLocalizer Make(SessionSpecification specification, CameraModel camera) => new(specification.Acquisition.Grid, new SingleEmitterOptions
    {
        Estimator = _estimator,
        PsfSigma = specification.Method.Parameters.TryGetValue(PsfSigma, out double sigma) ? sigma : null,
        Threshold = specification.Method.Parameters.TryGetValue(Threshold, out double threshold) ? threshold : new SingleEmitterOptions().Threshold,
        ReadVariance = Square(camera.ReadNoiseElectrons * PhotonsPerElectron(camera)),
        ExcessNoiseFactor = camera.ExcessNoiseFactor,
    });

    /// <summary>Cost on an empty frame of one emitter per ten µm²: what density adds shows in the stream's own figures.</summary>
    private double Measure(SessionSpecification specification, CameraModel camera)
    {
        SingleEmitterLocalizer localizer = Make(specification, camera);
        var frame = new float[specification.Acquisition.Grid.PixelCount];
        var random = new Random(1);
        for (int i = 0; i < frame.Length; i++)
        {
            frame[i] = 10 + (3 * random.NextSingle()) + (i % 1009 == 500 ? 200 : 0);
        }

        var found = new List<Localization>();
        localizer.Localize(0, frame, [], found);
        long start = _time.GetTimestamp();
        const int runs = 3;
        for (int i = 0; i < runs; i++)
        {
            found.Clear();
            localizer.Localize(0, frame, [], found);
        }

        return _time.GetElapsedTime(start).TotalMilliseconds / runs;
    }

    private static float[] ReadVariance(CameraModel camera) => camera.ReadVarianceMap is { } map
        ? [.. map.Select(variance => (float)(variance * Square(PhotonsPerElectron(camera))))]
        : [];

    private static double PhotonsPerElectron(CameraModel camera) => 1 / camera.EmGain / camera.QuantumEfficiency;

    private static double Square(double value) => value * value;
}
