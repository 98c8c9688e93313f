using MicroscopeStream.Imaging.Numerics;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.StructuredIllumination.Orders;
using MicroscopeStream.StructuredIllumination.Patterns;
using MicroscopeStream.StructuredIllumination.Trust;

namespace MicroscopeStream.Pipeline.Methods.Sim;

/// <summary>Offers a method that makes images of structured illumination from frames and their pattern alone.</summary>
/// <param name="time">Measures the cost at warm-up, and paces what runs beside streams.</param>
public abstract class SimMethodFactory(TimeProvider time) : IMethodFactory
{
    private const string PatternField = "method.sim_pattern";
    private const int LeastMeasured = 3;
    private const int MostMeasured = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(0.5);

    /// <inheritdoc/>
    public abstract MethodDescription Description { get; }

    /// <inheritdoc/>
    public MethodDescription Describe(SessionSpecification specification)
    {
        SimAcquisition acquisition = SimAcquisition.Read(specification, [])!;
        return acquisition.Group(Plan(specification.Method.Parameters, []).Rolling) is { } group
            ? Description with { WindowFrames = group.Frames, Group = group }
            : Description;
    }

    /// <inheritdoc/>
    public IReadOnlyList<SpecificationProblem> Check(SessionSpecification specification)
    {
        var problems = new List<SpecificationProblem>();
        Plan(specification.Method.Parameters, problems);
        if (SimAcquisition.Read(specification, problems) is not { } acquisition)
        {
            return problems;
        }

        if ((Misses(acquisition.Order) ?? TooLarge(acquisition)) is { } problem)
        {
            problems.Add(problem);
        }
        else if (specification.Method.SimPattern.Length > 0)
        {
            CheckPattern(specification, acquisition, problems);
        }

        return problems;
    }

    /// <inheritdoc/>
    public virtual IReadOnlyList<Notice> Warn(SessionSpecification specification)
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
    public async ValueTask<PreparedMethod> PrepareAsync(SessionSpecification specification, CancellationToken cancellationToken)
    {
        ISimPlan plan = Plan(specification.Method.Parameters, []);
        SimAcquisition read = SimAcquisition.Read(specification, [])!;
        SimAcquisition acquisition = read with { Transfer = plan.Damp(read.Transfer) };
        var crew = new WorkCrew(Math.Clamp(Environment.ProcessorCount, 1, 8));
        SimEquipment equipment = await EquipAsync(specification, acquisition, plan, crew, cancellationToken).ConfigureAwait(false);
        double cost = await MeasureAsync(acquisition, plan, equipment.Imaging).ConfigureAwait(false);
        IlluminationPattern? known = specification.Method.SimPattern.Length > 0
            ? KnownPattern.For(PatternFile.Parse(specification.Method.SimPattern).Pattern, acquisition.Order)
            : null;
        var method = new SimMethod(
            acquisition, plan.OutputOf(acquisition), new SimWorkshop(acquisition, equipment.Imaging, specification.Acquisition.Camera, equipment.Used), known,
            plan.Recalibrates, waits: specification.Policy == FramePolicy.Lossless, crew, time, equipment);

        // Two imagers (one being made ready while the other works), the frames twice, and what judging takes.
        const int planesBeside = 120;
        long area = acquisition.Frame.PixelCount;
        return new PreparedMethod(method, method.Provider, cost)
        {
            Output = plan.OutputOf(acquisition),
            HeldBytes = (2 * plan.HeldBytes(acquisition)) + (sizeof(float) * area * ((2 * acquisition.Order.FramesPerImage) + planesBeside)) + equipment.HeldBytes,
            IsScaleFree = equipment.IsScaleFree,
            Warnings = equipment.Warnings,
        };
    }

    /// <summary>The session's numbers; what is unknown or outside its range is listed.</summary>
    private protected abstract ISimPlan Plan(IReadOnlyDictionary<string, double> parameters, ICollection<SpecificationProblem> problems);

    /// <summary>Why the frames are too large for the method; null: they are not. By default none is.</summary>
    private protected virtual SpecificationProblem? TooLarge(SimAcquisition acquisition) => null;

    /// <summary>Makes ready what makes images. By default, the plan alone does.</summary>
    private protected virtual ValueTask<SimEquipment> EquipAsync(
        SessionSpecification specification, SimAcquisition acquisition, ISimPlan plan, WorkCrew crew, CancellationToken cancellationToken)
    {
        var provider = ProviderDecision.Cpu(specification.Method.Provider);
        return ValueTask.FromResult(new SimEquipment(plan.Imaging(acquisition, crew), () => provider));
    }

    /// <summary>What an order lacks for the method; null: nothing. By default, its bands must be separable.</summary>
    private protected virtual SpecificationProblem? Misses(FrameOrder order) => order.CanBeSeparated
        ? null
        : new SpecificationProblem(
            "invalid-value", "acquisition.frame_order", order.Name, $"at least {(2 * order.ComponentsPerAngle) + 1} phases per angle",
            $"{order.Phases} phase(s) do not determine an image of {order.ComponentsPerAngle} carrier(s) by themselves: choose a network made for {order.Name}, or record more phases.");

    private static void CheckPattern(SessionSpecification specification, SimAcquisition acquisition, List<SpecificationProblem> problems)
    {
        try
        {
            SavedPattern saved = PatternFile.Parse(specification.Method.SimPattern);
            if (KnownPattern.For(saved.Pattern, acquisition.Order) is null)
            {
                problems.Add(new SpecificationProblem(
                    "invalid-value", PatternField, $"a pattern of the order {saved.Pattern.Order.Name}", $"one of {acquisition.Order.Name}", "Calibrate with the order that is streamed."));
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

    private async ValueTask<double> MeasureAsync(SimAcquisition acquisition, ISimPlan plan, SimImaging imaging)
    {
        FrameOrder order = acquisition.Order;
        var frames = new float[order.FramesPerImage * acquisition.Frame.PixelCount];
        Array.Fill(frames, 100);

        // Bright places, as a well-lit sample has: methods that iterate the more the more light there is are not taken for faster than they are.
        for (int first = 0; first < frames.Length; first += acquisition.Frame.PixelCount)
        {
            frames.AsSpan(first, acquisition.Frame.PixelCount / 20).Fill(3100);
        }

        ISimImager imager = imaging(Plausible(acquisition), frames, NoiseModel.OfPhotons(1));
        var image = new float[plan.OutputOf(acquisition).PixelCount];
        AddUpTo(order.FramesPerImage);
        int added = order.IsTiled ? order.FramesPerImage : 1, rendered = order.IsTiled || plan.Rolling ? 1 : order.FramesPerImage;
        double best = double.PositiveInfinity;
        long begun = time.GetTimestamp();
        for (int i = 0; i < MostMeasured && (i < LeastMeasured || time.GetElapsedTime(begun) < Patience); i++)
        {
            long start = time.GetTimestamp();
            AddUpTo(added);
            double adding = time.GetElapsedTime(start).TotalMilliseconds;
            await imager.RenderAsync(image, null, CancellationToken.None).ConfigureAwait(false);
            best = Math.Min(best, adding + ((time.GetElapsedTime(start).TotalMilliseconds - adding) / rendered));
        }

        return best;

        void AddUpTo(int count)
        {
            for (int n = 0; n < count; n++)
            {
                imager.Add(n, frames.AsSpan(n * acquisition.Frame.PixelCount, acquisition.Frame.PixelCount));
            }
        }
    }

    // A pattern of the order's kind at four fifths of the cutoff.
    private static IlluminationPattern Plausible(SimAcquisition acquisition)
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

        return IlluminationPattern.Nominal(order, components, new double[components.Count]);
    }
}
