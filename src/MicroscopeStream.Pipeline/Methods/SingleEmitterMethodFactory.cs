using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Localizations.Fitting;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;

namespace MicroscopeStream.Pipeline.Methods;

/// <summary>Offers the classical localizers: <c>mle</c> and <c>phasor</c>.</summary>
public sealed class SingleEmitterMethodFactory : IMethodFactory
{
    private const string Threshold = "threshold";
    private const string PsfSigma = "psf_sigma_nm";
    private const string MaximumSigma = "maximum_sigma_nm";
    private const string MaximumEmitters = "maximum_emitters";
    private const int FewestRuns = 5;
    private const int MostRuns = 100;

    /// <summary>Long enough for the compiler to have done with what runs in every frame.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(250);

    private readonly SingleEmitterEstimator _estimator;
    private readonly TimeProvider _time;

    /// <summary>Makes a factory.</summary>
    /// <param name="estimator">Which localizer.</param>
    /// <param name="time">Measures the cost at warm-up.</param>
    public SingleEmitterMethodFactory(SingleEmitterEstimator estimator, TimeProvider time)
    {
        _estimator = estimator;
        _time = time;
        Description = estimator == SingleEmitterEstimator.MaximumLikelihood
            ? new MethodDescription
            {
                Id = "mle",
                Task = "localization",
                Title = "Maximum-likelihood fit of Gaussians, overlapping ones together (of the measured PSF, in 3D, with a PSF calibration), at the Cramér–Rao bound for isolated emitters",
                TakesPsfCalibration = true,
            }
            : new MethodDescription
            {
                Id = "phasor",
                Task = "localization",
                Title = "Phasor localization of one emitter per spot: fastest, for sparse samples",
            };
    }

    /// <inheritdoc/>
    public MethodDescription Description { get; }

    /// <summary>Registers both.</summary>
    public static void RegisterAll(MethodRegistry registry, TimeProvider time)
    {
        registry.Register(new SingleEmitterMethodFactory(SingleEmitterEstimator.MaximumLikelihood, time));
        registry.Register(new SingleEmitterMethodFactory(SingleEmitterEstimator.Phasor, time));
    }

    /// <inheritdoc/>
    public IReadOnlyList<SpecificationProblem> Check(SessionSpecification specification)
    {
        double pixel = specification.Acquisition.PixelSizeNm;
        var problems = new List<SpecificationProblem>(PsfCalibrations.Check(specification));
        foreach ((string name, double value) in specification.Method.Parameters)
        {
            (double least, double most)? range = name switch
            {
                Threshold => (1, 100),
                PsfSigma => (0.5 * pixel, 4 * pixel),
                MaximumSigma => (1e-3, 10 * pixel),
                MaximumEmitters when _estimator == SingleEmitterEstimator.MaximumLikelihood && specification.Method.PsfCalibration.Length == 0 => (1, 6),
                PsfCalibrations.GaussianPsf when specification.Method.PsfCalibration.Length > 0 => (0, 1),
                PsfCalibrations.MaximumDeviance when specification.Method.PsfCalibration.Length > 0 => (1, 1e9),
                _ => null,
            };
            string field = $"method.parameters.{name}";
            if (range is not { } known)
            {
                problems.Add(new SpecificationProblem(
                    "unknown-parameter", field, name, $"{Threshold}, {PsfSigma} or {MaximumSigma} (mle also {MaximumEmitters}, or with a PSF calibration {PsfCalibrations.GaussianPsf} and {PsfCalibrations.MaximumDeviance})",
                    "Leave it out, or spell it as expected."));
            }
            else if (!(value >= known.least && value <= known.most))
            {
                problems.Add(new SpecificationProblem(
                    "invalid-value", field, FormattableString.Invariant($"{value}"),
                    FormattableString.Invariant($"a number from {known.least} to {known.most}"), "Give another value, or leave it out for the default."));
            }
        }

        return problems;
    }

    /// <inheritdoc/>
    public IReadOnlyList<Notice> Warn(SessionSpecification specification) => specification.Acquisition.PixelSizeNm is < 60 or > 200
        && specification.Method.PsfCalibration.Length == 0
        ? [new Notice(Severity.Warning, NoticeCodes.OutsideDomain, FormattableString.Invariant(
            $"Pixel size {specification.Acquisition.PixelSizeNm} nm: a PSF is then wider or narrower than the 0.6 to 3.5 px that spots are sought with."))]
        : [];

    /// <inheritdoc/>
    public ValueTask<PreparedMethod> PrepareAsync(SessionSpecification specification, CancellationToken cancellationToken)
    {
        AcquisitionSpecification acquisition = specification.Acquisition;
        SingleEmitterOptions options = Options(specification);
        var provider = ProviderDecision.Cpu(specification.Method.Provider);
        Func<IFrameLocalizer> make = PsfCalibrations.Localizer(specification, options) ?? (() => new SingleEmitterLocalizer(acquisition.Grid, options));
        double cost = Measure(acquisition.Grid, make());
        var method = new SingleEmitterMethod(make(), ReadVariance(acquisition.Camera), provider);

        // Where neighbours overlap, one emitter per spot loses them from about 1 per µm² on; fits of several find 88 % at 2 per µm².
        double densest = _estimator == SingleEmitterEstimator.MaximumLikelihood && options.MaximumEmitters > 1 ? 2 : 1;
        return ValueTask.FromResult(new PreparedMethod(method, provider, cost)
        {
            Domain = new MethodDomain { DensityPerUm2 = (0, densest) },
            HeldBytes = HeldBytes(acquisition),
        });
    }

    private SingleEmitterOptions Options(SessionSpecification specification)
    {
        IReadOnlyDictionary<string, double> parameters = specification.Method.Parameters;
        double pixel = specification.Acquisition.PixelSizeNm;
        CameraModel? camera = specification.Acquisition.Camera;
        var options = new SingleEmitterOptions
        {
            Estimator = _estimator,
            Threads = Math.Max(1, Environment.ProcessorCount),

            // A camera that is yet to be estimated is taken for an sCMOS with a usual read noise.
            ReadVariance = camera is null ? 2 : Square(camera.ReadNoiseElectrons / camera.EmGain / camera.QuantumEfficiency),
            ExcessNoiseFactor = camera?.ExcessNoiseFactor ?? 1,
        };
        return options with
        {
            Threshold = parameters.TryGetValue(Threshold, out double threshold) ? threshold : options.Threshold,
            PsfSigma = parameters.TryGetValue(PsfSigma, out double psf) ? psf / pixel : null,
            MaximumSigma = parameters.TryGetValue(MaximumSigma, out double most) ? most / pixel : options.MaximumSigma,
            MaximumEmitters = parameters.TryGetValue(MaximumEmitters, out double emitters) ? (int)emitters : options.MaximumEmitters,
        };
    }

    // The camera's map in electrons², as photons².
    private static float[]? ReadVariance(CameraModel? camera)
    {
        if (camera?.ReadVarianceMap is not { } map)
        {
            return null;
        }

        float scale = (float)Square(1 / camera.EmGain / camera.QuantumEfficiency);
        return [.. map.Select(variance => variance * scale)];
    }

    // The candidate search keeps the smoothed frame and its mean, the fit the variance of each pixel's read noise in photons.
    private static long HeldBytes(AcquisitionSpecification acquisition) =>
        (long)sizeof(float) * acquisition.Grid.PixelCount * (acquisition.Camera?.ReadVarianceMap is null ? 2 : 3);

    // A frame with one spot per 2 µm² or so, every fourth of them two emitters, timed warm: what a sparse sample will cost.
    private double Measure(PixelGrid grid, IFrameLocalizer localizer)
    {
        var frame = new float[grid.PixelCount];
        Array.Fill(frame, 20f);
        for (int y = 7; y < grid.Height - 7; y += 14)
        {
            for (int x = 7; x < grid.Width - 7; x += 14)
            {
                for (int i = -3; i <= 3; i++)
                {
                    for (int j = -3; j <= 3; j++)
                    {
                        float one = MathF.Exp(-((i * i) + (j * j)) / 3f), other = ((x / 14) + (2 * (y / 14))) % 4 == 0 ? MathF.Exp(-(((i - 2) * (i - 2)) + ((j - 1) * (j - 1))) / 3f) : 0;
                        frame[((y + j) * grid.Width) + x + i] += 160 * (one + other);
                    }
                }
            }
        }

        var found = new List<Localization>(1024);
        double best = double.PositiveInfinity;
        long began = _time.GetTimestamp();
        for (int run = 0; run < FewestRuns || (run < MostRuns && _time.GetElapsedTime(began) < WarmUp); run++)
        {
            found.Clear();
            long start = _time.GetTimestamp();
            localizer.Localize(run, frame, [], found);
            best = Math.Min(best, _time.GetElapsedTime(start).TotalMilliseconds);
        }

        return best;
    }

    private static double Square(double value) => value * value;
}
