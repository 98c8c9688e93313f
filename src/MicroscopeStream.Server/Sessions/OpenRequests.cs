using MicroscopeStream.Contract.V1;
using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Server.Errors;
using PixelType = MicroscopeStream.Core.Frames.PixelType;
using StageAffine = MicroscopeStream.Pipeline.Sessions.StageAffine;

namespace MicroscopeStream.Server.Sessions;

/// <summary>Reads an OpenRequest into the pipeline's terms, and lists what cannot be said in them.</summary>
internal sealed class OpenRequests
{
    private readonly List<Fault> _faults = [];

    private OpenRequests()
    {
    }

    /// <summary>Translates; every fault is listed, and a field at fault holds a possible value, so that it is not blamed twice.</summary>
    public static (SessionSpecification Specification, IReadOnlyList<Fault> Faults) Translate(OpenRequest request)
    {
        var reader = new OpenRequests();
        SessionSpecification specification = reader.Specification(request);
        return (specification, reader._faults);
    }

    private SessionSpecification Specification(OpenRequest request) => new()
    {
        Acquisition = Acquisition(request.Acquisition ?? new Acquisition()),
        Method = Method(request.Method ?? new Contract.V1.Method()),
        Policy = request.Policy switch
        {
            Policy.Unspecified or Policy.Lossless => FramePolicy.Lossless,
            Policy.Live => FramePolicy.Live,
            _ => Unknown("policy", (int)request.Policy, "POLICY_LOSSLESS (1) or POLICY_LIVE (2)", FramePolicy.Lossless),
        },
        Preview = Preview(request.Preview ?? new Contract.V1.PreviewOptions()),
        ResultImages = request.ResultImages,
        ResultSeries = request.ResultSeries,
        BufferFrames = Int(request.BufferFrames, "buffer_frames"),
        Processing = ProcessingRequests.Translate(request.Processing, (field, actual, expected) => Unknown(field, actual, expected, 0)),
    };

    private AcquisitionSpecification Acquisition(Acquisition acquisition) => new()
    {
        Width = Int(acquisition.Width, "acquisition.width"),
        Height = Int(acquisition.Height, "acquisition.height"),
        PixelType = acquisition.PixelType switch
        {
            Contract.V1.PixelType.Uint8 => PixelType.UInt8,
            Contract.V1.PixelType.Uint12 => PixelType.UInt12,
            Contract.V1.PixelType.Uint16 => PixelType.UInt16,
            Contract.V1.PixelType.Float32 => PixelType.Float32,
            _ => Unknown(
                "acquisition.pixel_type",
                (int)acquisition.PixelType,
                "PIXEL_TYPE_UINT8 (1), PIXEL_TYPE_UINT12 (2), PIXEL_TYPE_UINT16 (3) or PIXEL_TYPE_FLOAT32 (4)",
                PixelType.UInt16),
        },
        PixelSizeNm = acquisition.PixelSizeNm,
        ExposureMs = acquisition.ExposureMs,
        FrameRate = acquisition.FrameRate,
        Camera = acquisition.Camera is null ? null : Camera(acquisition.Camera),
        Modality = acquisition.Modality switch
        {
            >= Contract.V1.Modality.Unspecified and <= Contract.V1.Modality.Scanning => (Pipeline.Sessions.Modality)acquisition.Modality,
            _ => Unknown("acquisition.modality", (int)acquisition.Modality, "a modality of the contract, or 0", Pipeline.Sessions.Modality.Unspecified),
        },
        FrameOrder = acquisition.FrameOrder,
        RoiX = Int(acquisition.RoiX, "acquisition.roi_x"),
        RoiY = Int(acquisition.RoiY, "acquisition.roi_y"),
        Binning = Math.Max(1, Int(acquisition.Binning, "acquisition.binning")),
        Stage = acquisition.Stage is null ? null : Stage(acquisition.Stage),
        EmissionWavelengthNm = acquisition.EmissionWavelengthNm,
        NumericalAperture = acquisition.NumericalAperture,
        Name = acquisition.Name,
        FrameCount = acquisition.FrameCount <= long.MaxValue
            ? (long)acquisition.FrameCount
            : Unknown("acquisition.frame_count", acquisition.FrameCount, "at most 2^63 - 1, or 0 when it is not known", 0L),
    };

    private CameraModel Camera(Camera camera) => new()
    {
        Kind = camera.Kind switch
        {
            Contract.V1.CameraKind.Unspecified or Contract.V1.CameraKind.Scmos => Core.Cameras.CameraKind.Scmos,
            Contract.V1.CameraKind.Emccd => Core.Cameras.CameraKind.Emccd,
            _ => Unknown("acquisition.camera.kind", (int)camera.Kind, "CAMERA_KIND_SCMOS (1) or CAMERA_KIND_EMCCD (2)", Core.Cameras.CameraKind.Scmos),
        },
        BaselineAdu = camera.BaselineAdu,
        ElectronsPerAdu = camera.ElectronsPerAdu,
        EmGain = camera.EmGain == 0 ? 1 : camera.EmGain,
        QuantumEfficiency = camera.QuantumEfficiency == 0 ? 1 : camera.QuantumEfficiency,
        ReadNoiseElectrons = camera.ReadNoiseElectrons,
        BaselineMap = Map(camera.BaselineMap),
        ElectronsPerAduMap = Map(camera.ElectronsPerAduMap),
        ReadVarianceMap = Map(camera.ReadVarianceMap),
    };

    private StageAffine? Stage(Contract.V1.StageAffine stage)
    {
        if (stage.Matrix.Count != 4 || stage.Offset.Count != 2)
        {
            return Unknown<StageAffine?>(
                "acquisition.stage", $"a matrix of {stage.Matrix.Count} and an offset of {stage.Offset.Count} numbers", "4 numbers (xx, xy, yx, yy) and 2 (x, y)", null);
        }

        return new StageAffine(stage.Matrix[0], stage.Matrix[1], stage.Matrix[2], stage.Matrix[3], stage.Offset[0], stage.Offset[1]);
    }

    private MethodRequest Method(Contract.V1.Method method) => new()
    {
        Task = method.Task,
        Id = method.Id,
        Provider = method.Provider switch
        {
            Provider.Unspecified or Provider.Auto => "auto",
            Provider.Cpu => "cpu",
            Provider.Cuda => "cuda",
            Provider.Tensorrt => "tensorrt",
            _ => Unknown("method.provider", (int)method.Provider, "a provider of the contract, or 0", "auto"),
        },
        Parameters = new Dictionary<string, double>(method.Parameters, StringComparer.Ordinal),
        PsfCalibration = method.PsfCalibration,
        SimPattern = method.SimPattern,
        OpticalTransfer = method.OpticalTransfer,
        Localizer = method.Localizer,
    };

    private Pipeline.Sessions.PreviewOptions Preview(Contract.V1.PreviewOptions preview) => new()
    {
        Rate = preview.Rate,
        PixelSizeNm = preview.PixelSizeNm,
        MaxSize = Int(preview.MaxSize, "preview.max_size"),
        Compress = preview.Compress,
    };

    private static float[]? Map(Google.Protobuf.Collections.RepeatedField<float> map) => map.Count == 0 ? null : [.. map];

    private int Int(uint value, string field) => value <= int.MaxValue ? (int)value : Unknown(field, value, "less than 2^31", 1);

    private T Unknown<T>(string field, object actual, string expected, T instead)
    {
        _faults.Add(new Fault(FaultCodes.InvalidValue, field, FormattableString.Invariant($"{actual}"), expected, "Correct the field."));
        return instead;
    }
}
