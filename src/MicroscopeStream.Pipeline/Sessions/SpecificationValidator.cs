using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Localizations.Filters;
using MicroscopeStream.Pipeline.Processing;

namespace MicroscopeStream.Pipeline.Sessions;

/// <summary>Checks a specification field by field; names are those of the protocol.</summary>
internal sealed class SpecificationValidator
{
    private static readonly string[] Providers = ["auto", "cpu", "cuda", "tensorrt"];

    /// <summary>One accumulated plane of float32 of 1 GiB.</summary>
    private const int PreviewLimit = 256 * 1024 * 1024;

    /// <summary>A tenth of a millimetre: no objective is that weak, but a value in the wrong unit is that large.</summary>
    private const double LargestPixelNm = 100_000;

    /// <summary>Far above any camera, far below where buffers for half a second would not fit.</summary>
    private const double HighestFrameRate = 1_000_000;

    /// <summary>One preview in a quarter of an hour.</summary>
    private const double LowestPreviewRate = 0.001;

    private readonly List<SpecificationProblem> _problems = [];

    private SpecificationValidator()
    {
    }

    public static IReadOnlyList<SpecificationProblem> Validate(SessionSpecification specification)
    {
        var validator = new SpecificationValidator();
        validator.CheckAcquisition(specification.Acquisition);
        validator.CheckMethod(specification.Method);
        validator.CheckPreview(specification.Preview, specification.Acquisition);
        validator.CheckProcessing(specification.Processing);
        validator.Check(
            Enum.IsDefined(specification.Policy), "policy", specification.Policy, "lossless or live", "State one of the two policies.");
        validator.Check(
            specification.BufferFrames is >= 0 and <= SessionSpecification.MostBufferFrames, "buffer_frames", specification.BufferFrames,
            $"0 (chosen by the service) to {SessionSpecification.MostBufferFrames}", "Leave it at 0.");
        return validator._problems;
    }

    private void CheckAcquisition(AcquisitionSpecification acquisition)
    {
        const string edge = "1 to 16384 px";
        bool wide = Check(
            acquisition.Width is >= 1 and <= AcquisitionSpecification.LargestEdge, "acquisition.width", acquisition.Width, edge, "State the columns of a frame.");
        bool high = Check(
            acquisition.Height is >= 1 and <= AcquisitionSpecification.LargestEdge, "acquisition.height", acquisition.Height, edge, "State the rows of a frame.");
        Check(
            Enum.IsDefined(acquisition.PixelType) && acquisition.PixelType != PixelType.Unspecified,
            "acquisition.pixel_type", acquisition.PixelType, "uint8, uint12, uint16 or float32", "State how the camera stores a pixel.");
        Check(
            Positive(acquisition.PixelSizeNm) && acquisition.PixelSizeNm <= LargestPixelNm, "acquisition.pixel_size_nm", acquisition.PixelSizeNm,
            FormattableString.Invariant($"a number of nm > 0 and at most {LargestPixelNm:F0}"),
            "State the edge of a pixel in the sample plane: camera pixel × binning ÷ magnification.");
        Check(
            NotNegative(acquisition.ExposureMs), "acquisition.exposure_ms", acquisition.ExposureMs, "a number of ms ≥ 0", "Leave it at 0 when it is not known.");
        Check(
            NotNegative(acquisition.FrameRate) && acquisition.FrameRate <= HighestFrameRate, "acquisition.frame_rate", acquisition.FrameRate,
            FormattableString.Invariant($"frames per second, 0 to {HighestFrameRate:F0}"), "Leave it at 0 when it is not known.");
        Check(acquisition.RoiX >= 0, "acquisition.roi_x", acquisition.RoiX, "≥ 0 px", "Count from the sensor's corner.");
        Check(acquisition.RoiY >= 0, "acquisition.roi_y", acquisition.RoiY, "≥ 0 px", "Count from the sensor's corner.");
        Check(acquisition.Binning >= 1, "acquisition.binning", acquisition.Binning, "≥ 1", "State 1 when nothing is binned.");
        Check(
            NotNegative(acquisition.EmissionWavelengthNm), "acquisition.emission_wavelength_nm", acquisition.EmissionWavelengthNm,
            "a number of nm ≥ 0", "Leave it at 0 when it is not known.");
        Check(
            NotNegative(acquisition.NumericalAperture), "acquisition.numerical_aperture", acquisition.NumericalAperture, "≥ 0", "Leave it at 0 when it is not known.");
        Check(acquisition.Name.Length <= 200, "acquisition.name", $"{acquisition.Name.Length} characters", "at most 200 characters", "Shorten it.");
        Check(acquisition.FrameCount >= 0, "acquisition.frame_count", acquisition.FrameCount, "≥ 0", "Leave it at 0 when it is not known.");
        Check(Enum.IsDefined(acquisition.Modality), "acquisition.modality", acquisition.Modality, "a known modality", "Leave it unspecified.");
        if (acquisition.Camera is { } camera)
        {
            foreach (CameraProblem problem in camera.Validate(wide && high ? acquisition.Width * acquisition.Height : 0))
            {
                Check(
                    false, $"acquisition.camera.{problem.Field}", problem.Value, problem.Expected,
                    "Take it from the camera's data sheet, or leave the camera unset to have it estimated.");
            }
        }
    }

    private void CheckMethod(MethodRequest method)
    {
        Check(method.Id.Length > 0, "method.id", "empty", "the id of a method", "List the methods and choose one.");
        Check(
            Array.IndexOf(Providers, method.Provider) >= 0, "method.provider", method.Provider, string.Join(", ", Providers), "Use auto.");
        foreach ((string name, double value) in method.Parameters)
        {
            Check(double.IsFinite(value), $"method.parameters.{name}", value, "a finite number", "Correct it, or leave it out to use the method's own.");
        }
    }

    private void CheckPreview(PreviewOptions preview, AcquisitionSpecification acquisition)
    {
        Check(
            double.IsFinite(preview.Rate) && (preview.Rate <= 0 || preview.Rate is >= LowestPreviewRate and <= 1000), "preview.rate", preview.Rate,
            FormattableString.Invariant($"{LowestPreviewRate} to 1000 per second, 0, or negative for none"), "Leave it at 0 for 5 per second.");
        bool size = Check(
            NotNegative(preview.PixelSizeNm), "preview.pixel_size_nm", preview.PixelSizeNm, "a number of nm ≥ 0", "Leave it at 0 for a fifth of the camera pixel.");
        Check(preview.MaxSize is >= 0 and <= 65536, "preview.max_size", preview.MaxSize, "0 to 65536 px", "Leave it at 0 for 2048.");
        if (size && preview.PixelSizeNm > 0 && Positive(acquisition.PixelSizeNm))
        {
            Check(
                preview.PixelSizeNm <= acquisition.PixelSizeNm * Math.Min(acquisition.Width, acquisition.Height), "preview.pixel_size_nm", preview.PixelSizeNm,
                "at most the shorter edge of the field", "Leave it at 0 for a fifth of the camera pixel.");
            double pixels = acquisition.Width * (double)acquisition.Height * Math.Pow(acquisition.PixelSizeNm / preview.PixelSizeNm, 2);
            Check(
                pixels <= PreviewLimit, "preview.pixel_size_nm", preview.PixelSizeNm, $"an image of at most {PreviewLimit / 1_000_000} million pixels",
                "Choose a larger preview pixel.");
        }
    }

    private void CheckProcessing(ProcessingOptions processing)
    {
        LocalizationFilter filter = processing.Filter;
        const string filterFields = "processing.filter.";
        Check(
            filter.MaximumUncertaintyNm is not { } lateral || Positive(lateral), filterFields + "max_uncertainty_nm", filter.MaximumUncertaintyNm ?? 0,
            "a number of nm > 0", "Leave it unset to keep every precision.");
        Check(
            filter.MaximumAxialUncertaintyNm is not { } axial || Positive(axial), filterFields + "max_axial_uncertainty_nm", filter.MaximumAxialUncertaintyNm ?? 0,
            "a number of nm > 0", "Leave it unset to keep every precision.");
        Check(
            filter.MinimumProbability is not { } least || least is >= 0 and <= 1, filterFields + "min_probability", filter.MinimumProbability ?? 0,
            "0 to 1", "Leave it unset to keep every probability.");
        if (processing.Linking is { } linking)
        {
            const string positive = "a number of nm > 0";
            Check(Positive(linking.FixedRadiusNm ?? 1), "processing.linking.radius_nm", linking.FixedRadiusNm ?? 0, positive, "Leave it at 0 to link by precision.");
            Check(Positive(linking.MaximumRadiusNm), "processing.linking.max_radius_nm", linking.MaximumRadiusNm, positive, "Leave it at 0 for 150 nm.");
            Check(linking.DarkFrames is >= 0 and <= 1000, "processing.linking.dark_frames", linking.DarkFrames, "0 to 1000 frames", "Leave it unset for 1.");
        }

        Check(
            processing.SliceFrames is >= 0 and <= 1_000_000, "processing.slice_frames", processing.SliceFrames, "1 to 1000000 frames, or 0", "Leave it at 0 for 100.");
        Check(
            processing.MostLocalizations is 0 or (>= 8192 and <= 200_000_000), "processing.most_localizations", processing.MostLocalizations,
            "8192 to 200 million, or 0", "Leave it at 0 for 8 million.");
    }

    private bool Check(bool good, string field, object actual, string expected, string remedy)
    {
        if (!good)
        {
            _problems.Add(new SpecificationProblem("invalid-value", field, FormattableString.Invariant($"{actual}"), expected, remedy));
        }

        return good;
    }

    private static bool Positive(double value) => value > 0 && double.IsFinite(value);

    private static bool NotNegative(double value) => value >= 0 && double.IsFinite(value);
}
