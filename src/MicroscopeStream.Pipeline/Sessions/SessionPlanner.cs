using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Pipeline.Methods;
using MicroscopeStream.Pipeline.Processing;
using MicroscopeStream.Pipeline.Publishing;

namespace MicroscopeStream.Pipeline.Sessions;

/// <summary>Decides, before the first frame, what a session will do and what it costs.</summary>
internal static class SessionPlanner
{
    private const int FewestBuffers = 16;

    /// <summary>Beyond its pixels, a slot is an object, a header and an array's head.</summary>
    private const int SlotOverheadBytes = 256;

    /// <summary>Live: room beside a window that is kept for the method, for frames that come meanwhile.</summary>
    private const int FewestBesideWindow = 4;

    private const long MostBytesByDefault = 1L << 30;

    /// <summary>Finds the method and everything that is wrong with the request.</summary>
    /// <exception cref="SessionRefusedException">Something is.</exception>
    public static IMethodFactory Check(SessionSpecification specification, MethodRegistry methods)
    {
        IReadOnlyList<SpecificationProblem> problems = specification.Validate();
        MethodRequest asked = specification.Method;
        if (asked.Id.Length > 0 && !methods.TryFind(asked.Id, out _))
        {
            // Alone: what else is wrong may depend on the method. Unless the rest is wrong by itself.
            if (problems.Count == 0)
            {
                throw new SessionRefusedException(
                    RefusalReason.NotFound,
                    new SpecificationProblem("unknown-method", "method.id", asked.Id, $"one of {string.Join(", ", methods.Ids)}", "List the methods and choose one."));
            }
        }
        else if (asked.Id.Length > 0)
        {
            _ = methods.TryFind(asked.Id, out IMethodFactory? factory);
            if (asked.Task.Length > 0 && asked.Task != factory!.Description.Task)
            {
                problems =
                [
                    .. problems,
                    new SpecificationProblem(
                        "wrong-task", "method.task", asked.Task, factory.Description.Task, $"Ask for the task of {asked.Id}, or for a method of the task {asked.Task}."),
                ];
            }

            if (asked.Localizer.Length > 0 && factory!.Description.Task != Methods.Video.VideoMethodFactory.TaskName)
            {
                problems =
                [
                    .. problems,
                    new SpecificationProblem(
                        "not-applicable", "method.localizer", asked.Localizer, "none, or a method of the task video", $"Leave it out for {asked.Id}, or choose a video method."),
                ];
            }

            if (asked.PsfCalibration.Length > 0 && !factory!.Description.TakesPsfCalibration)
            {
                string[] able = [.. methods.All.Where(m => m.Description.TakesPsfCalibration).Select(m => m.Description.Id)];
                problems =
                [
                    .. problems,
                    new SpecificationProblem(
                        "not-applicable", "method.psf_calibration", "a PSF calibration",
                        able.Length == 0 ? "none" : $"none, or one of the methods that use it: {string.Join(", ", able)}",
                        $"Leave it out for {asked.Id}, or choose another method."),
                ];
            }

            if (asked.SimPattern.Length > 0 && !factory!.Description.TakesSimPattern)
            {
                problems =
                [
                    .. problems,
                    new SpecificationProblem(
                        "not-applicable", "method.sim_pattern", "a pattern of structured illumination", "none, or a method that uses it",
                        $"Leave it out for {asked.Id}, or choose another method."),
                ];
            }

            if (asked.OpticalTransfer.Length > 0 && factory!.Description.Task != "sim")
            {
                problems =
                [
                    .. problems,
                    new SpecificationProblem(
                        "not-applicable", "method.optical_transfer", "an optical transfer function", "none, or a method of structured illumination",
                        $"Leave it out for {asked.Id}, or choose another method."),
                ];
            }

            if (problems.Count == 0)
            {
                problems = factory!.Check(specification);
            }

            if (problems.Count == 0)
            {
                return factory!;
            }
        }

        throw new SessionRefusedException(RefusalReason.InvalidSpecification, problems);
    }

    public static int BufferFrames(SessionSpecification specification, int windowFrames)
    {
        if (specification.BufferFrames > 0)
        {
            return Math.Max(specification.BufferFrames, specification.Policy == FramePolicy.Live ? windowFrames + FewestBesideWindow : 2);
        }

        AcquisitionSpecification acquisition = specification.Acquisition;
        double wanted = Math.Max(FewestBuffers, Math.Max(windowFrames, Math.Ceiling(acquisition.FrameRate * 0.5)));
        return (int)Math.Clamp(MostBytesByDefault / acquisition.FrameBytes, 2, Math.Min(wanted, SessionSpecification.MostBufferFrames));
    }

    public static PixelGrid PreviewGrid(SessionSpecification specification)
    {
        PixelGrid camera = specification.Acquisition.Grid;
        double pixel = specification.Preview.PixelSizeNm > 0 ? specification.Preview.PixelSizeNm : camera.PixelSizeNm / 5;

        // By default at most 8192 × 8192: large cameras get a coarser image instead of gigabytes. Who states a size gets it.
        double most = specification.Preview.PixelSizeNm > 0 ? double.PositiveInfinity : 64.0 * 1024 * 1024;
        double pixels = camera.WidthNm / pixel * (camera.HeightNm / pixel);
        return camera.Resample(pixels > most ? pixel * Math.Sqrt(pixels / most) * 1.001 : pixel);
    }

    /// <summary>Bytes that a session holds for its life: raw frames, photon frames, accumulated images.</summary>
    public static long Bytes(SessionSpecification specification, int bufferFrames, MethodDescription description, PixelGrid output)
    {
        AcquisitionSpecification acquisition = specification.Acquisition;
        long pixels = acquisition.Grid.PixelCount;
        bool drawn = specification.Preview.EffectiveRate > 0;
        long previews = drawn ? (8L * output.PixelCount) + (12 * pixels) : 0;
        return CameraMapBytes(acquisition.Camera) + ((long)bufferFrames * (acquisition.FrameBytes + SlotOverheadBytes))
            + (SessionFlow.PhotonSlots(description.WindowFrames) * pixels * sizeof(float))
            + previews
            + (description.Task == "localization" ? ProcessingBytes(specification.Processing, drawn ? output : acquisition.Grid) : 0);
    }

    // A second image to draw on again, and the localizations to draw.
    private static long ProcessingBytes(ProcessingOptions processing, PixelGrid image)
    {
        const int bytesPerLocalization = 20;
        return processing.Keeps ? (4L * image.PixelCount) + ((long)bytesPerLocalization * processing.EffectiveMostLocalizations) : 0;
    }

    // As they came with the request; and baseline and gain once more, ready for the conversion.
    private static long CameraMapBytes(CameraModel? camera)
    {
        long baseline = camera?.BaselineMap?.Length ?? 0, gain = camera?.ElectronsPerAduMap?.Length ?? 0, variance = camera?.ReadVarianceMap?.Length ?? 0;
        return sizeof(float) * (baseline + gain + variance + (2 * Math.Max(baseline, gain)));
    }

    public static SessionPlan Plan(SessionSpecification specification, int bufferFrames, MethodDescription description, PreparedMethod method, PixelGrid output) => new()
    {
        Method = description.Id,
        MethodVersion = description.Version,
        Task = description.Task,
        Provider = method.Provider,
        WindowFrames = description.WindowFrames,
        LookAheadFrames = description.LookAheadFrames,
        ExpectedMsPerFrame = method.ExpectedMsPerFrame,
        SustainableFrameRate = method.ExpectedMsPerFrame > 0 ? 1000 / method.ExpectedMsPerFrame : double.PositiveInfinity,
        Output = output,
        Camera = specification.Acquisition.Camera,
        BufferFrames = bufferFrames,
    };

    public static IReadOnlyList<Notice> Warnings(SessionSpecification specification, IMethodFactory factory, PreparedMethod method, SessionPlan plan)
    {
        List<Notice> warnings = [.. factory.Warn(specification), .. method.Warnings];
        double rate = specification.Acquisition.FrameRate;
        if (rate > plan.SustainableFrameRate)
        {
            string consequence = specification.Policy == FramePolicy.Live ? "frames will be dropped" : "the sender will be slowed";
            warnings.Add(new Notice(
                Severity.Warning, NoticeCodes.RateNotSustainable,
                FormattableString.Invariant(
                    $"{plan.Method} takes {plan.ExpectedMsPerFrame:F1} ms per frame here: {plan.SustainableFrameRate:F1} frames/s of the stated {rate:F1}, so {consequence}. ")
                + "Choose a smaller field of view, a faster provider or a lower rate."));
        }

        if (specification.Acquisition.Camera is null)
        {
            warnings.Add(new Notice(
                Severity.Warning, NoticeCodes.CameraEstimated,
                "No camera was described: baseline and gain are estimated from the first frames. State the camera for photons that can be trusted."));
        }

        return warnings;
    }
}
