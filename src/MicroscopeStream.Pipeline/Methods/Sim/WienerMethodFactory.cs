using MicroscopeStream.Imaging.Numerics;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.StructuredIllumination.Orders;
using MicroscopeStream.StructuredIllumination.Patterns;
using MicroscopeStream.StructuredIllumination.Reconstruction;

namespace MicroscopeStream.Pipeline.Methods.Sim;

/// <summary>Offers the method <c>wiener</c>: classical structured illumination, rolling or by groups.</summary>
/// <param name="time">Measures the cost at warm-up, and paces what runs beside streams.</param>
public sealed class WienerMethodFactory(TimeProvider time) : IMethodFactory
{
    /// <summary>The method's id.</summary>
    public const string Id = "wiener";

    private const string PatternField = "method.sim_pattern";
    private const int WarmUps = 3;
    private const int Measured = 5;

    /// <inheritdoc/>
    public MethodDescription Description { get; } = new()
    {
        Id = Id,
        Task = "sim",
        Title = "Structured illumination by the generalized Wiener filter: pattern from the frames, each new frame updates the image, judged while it runs",
        TakesSimPattern = true,
    };

    /// <inheritdoc/>
    public MethodDescription Describe(SessionSpecification specification)
    {
        SimAcquisition acquisition = SimAcquisition.Read(specification, [])!;
        return acquisition.Group(WienerSettings.Read(specification.Method.Parameters).Rolling) is { } group
            ? Description with { WindowFrames = group.Frames, Group = group }
            : Description;
    }

    /// <inheritdoc/>
    public IReadOnlyList<SpecificationProblem> Check(SessionSpecification specification)
    {
        var problems = new List<SpecificationProblem>();
        WienerSettings.Read(specification.Method.Parameters, problems);
        if (SimAcquisition.Read(specification, problems) is not { } acquisition)
        {
            return problems;
        }

        FrameOrder order = acquisition.Order;
        if (!order.CanBeSeparated)
        {
            problems.Add(new SpecificationProblem(
                "invalid-value", "acquisition.frame_order", order.Name, $"at least {(2 * order.ComponentsPerAngle) + 1} phases per angle",
                $"{order.Phases} phase(s) do not determine an image of {order.ComponentsPerAngle} carrier(s) by themselves: choose a network made for {order.Name}, or record more phases."));
        }
        else if (specification.Method.SimPattern.Length > 0)
        {
            CheckPattern(specification, acquisition, problems);
        }

        return problems;
    }

    /// <inheritdoc/>
    public IReadOnlyList<Notice> Warn(SessionSpecification specification)
    {
        SimAcquisition acquisition = SimAcquisition.Read(specification, [])!;

        // Beyond a pixel of half the finest period that the lens passes, its highest frequencies fold back onto lower ones.
        double largest = 500 / acquisition.Transfer.CutoffPerUm;
        return acquisition.Frame.PixelSizeNm > 1.05 * largest
            ? [new Notice(Severity.Warning, NoticeCodes.OutsideDomain, FormattableString.Invariant(
                $"Pixels of {acquisition.Frame.PixelSizeNm} nm are larger than the {largest:F0} nm that sample what this lens passes: fine detail folds back onto coarse. Check pixel size, wavelength and numerical aperture."))]
            : [];
    }

    /// <inheritdoc/>
    public ValueTask<PreparedMethod> PrepareAsync(SessionSpecification specification, CancellationToken cancellationToken)
    {
        WienerSettings settings = WienerSettings.Read(specification.Method.Parameters);
        SimAcquisition read = SimAcquisition.Read(specification, [])!;
        SimAcquisition acquisition = read with { Transfer = settings.Damp(read.Transfer) };
        var crew = new WorkCrew(Math.Clamp(Environment.ProcessorCount, 1, 8));
        double cost = Measure(acquisition, settings, crew);
        var provider = ProviderDecision.Cpu(specification.Method.Provider);
        IlluminationPattern? known = specification.Method.SimPattern.Length > 0 ? PatternFile.Parse(specification.Method.SimPattern).Pattern : null;
        var method = new WienerMethod(
            acquisition, settings, new SimWorkshop(acquisition, settings, crew, specification.Acquisition.Camera), crew, known,
            waits: specification.Policy == FramePolicy.Lossless, time, provider);
        return ValueTask.FromResult(new PreparedMethod(method, provider, cost)
        {
            Output = acquisition.Result,
            HeldBytes = HeldBytes(acquisition),
            IsScaleFree = true,
        });
    }

    private static void CheckPattern(SessionSpecification specification, SimAcquisition acquisition, List<SpecificationProblem> problems)
    {
        try
        {
            SavedPattern saved = PatternFile.Parse(specification.Method.SimPattern);
            FrameOrder order = saved.Pattern.Order;
            if (order.FramesPerImage != acquisition.Order.FramesPerImage || order.Pattern != acquisition.Order.Pattern || order.Angles != acquisition.Order.Angles)
            {
                problems.Add(new SpecificationProblem(
                    "invalid-value", PatternField, $"a pattern of the order {order.Name}", $"one of {acquisition.Order.Name}", "Calibrate with the order that is streamed."));
            }
            else if (saved.Pattern.HighestCarrierPerUm > 2 * acquisition.Transfer.CutoffPerUm)
            {
                problems.Add(new SpecificationProblem(
                    "invalid-value", PatternField, FormattableString.Invariant($"a carrier of {saved.Pattern.HighestCarrierPerUm:F2}/µm"),
                    FormattableString.Invariant($"at most twice the lens's cutoff of {acquisition.Transfer.CutoffPerUm:F2}/µm"), "Check numerical aperture and wavelength, or calibrate with this lens."));
            }
        }
        catch (FormatException e)
        {
            problems.Add(new SpecificationProblem("invalid-value", PatternField, e.Message, "the text of a file that mstream calibrate sim wrote", "Send that file, whole and unchanged."));
        }
    }

    // Like the real thing, with a pattern of the order's kind at four fifths of the cutoff.
    private double Measure(SimAcquisition acquisition, WienerSettings settings, WorkCrew crew)
    {
        FrameOrder order = acquisition.Order;
        var components = new List<PatternComponent>();
        double k = 0.8 * acquisition.Transfer.CutoffPerUm;
        for (int angle = 0; angle < order.Angles; angle++)
        {
            for (int c = 0; c < order.ComponentsPerAngle; c++)
            {
                bool second = order.Pattern == PatternKind.ThreeBeam && c == 1;
                double direction = Math.PI / 3 * (order.Pattern == PatternKind.Hexagonal ? 2 * c : angle), length = order.Pattern == PatternKind.ThreeBeam && !second ? k / 2 : k;
                components.Add(new PatternComponent(angle, second ? 2 : 1, length * Math.Cos(direction), length * Math.Sin(direction), 0.5));
            }
        }

        IlluminationPattern pattern = IlluminationPattern.Nominal(order, components, new double[components.Count]);
        var reconstructor = new WienerReconstructor(acquisition.Frame, pattern, acquisition.Transfer, settings.Options, crew);
        float[] frame = new float[acquisition.Frame.PixelCount], image = new float[reconstructor.ResultGrid.PixelCount];
        Array.Fill(frame, 100);
        for (int n = 0; n < pattern.Frames; n++)
        {
            reconstructor.Add(n, frame);
        }

        int added = order.IsTiled ? pattern.Frames : 1, rendered = order.IsTiled || settings.Rolling ? 1 : pattern.Frames;
        double best = double.PositiveInfinity;
        for (int i = 0; i < WarmUps + Measured; i++)
        {
            long start = time.GetTimestamp();
            for (int n = 0; n < added; n++)
            {
                reconstructor.Add(n, frame);
            }

            double adding = time.GetElapsedTime(start).TotalMilliseconds;
            reconstructor.Render(image);
            best = Math.Min(best, adding + ((time.GetElapsedTime(start).TotalMilliseconds - adding) / rendered));
        }

        return best;
    }

    // Two reconstructions (one being made ready while the other works), the frames twice, image and map twice.
    private static long HeldBytes(SimAcquisition acquisition)
    {
        const int planesPerFrame = 4, planesBeside = 120;
        long area = acquisition.Frame.PixelCount, frames = acquisition.Order.FramesPerImage;
        return sizeof(float) * area * ((2 * frames * (planesPerFrame + 1)) + planesBeside);
    }
}
