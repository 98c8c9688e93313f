using MicroscopeStream.Core.Cameras;
using V1 = MicroscopeStream.Contract.V1;

namespace MicroscopeStream.Client;

/// <summary>From the client's request to the contract's, field by field.</summary>
internal static class RequestMapping
{
    internal static V1.OpenRequest ToContract(this AcquisitionRequest request, long clientTimestampNs, bool sameHost)
    {
        var open = new V1.OpenRequest
        {
            Acquisition = new V1.Acquisition
            {
                Width = Unsigned(request.Width),
                Height = Unsigned(request.Height),
                PixelType = (V1.PixelType)request.PixelType,
                PixelSizeNm = request.PixelSizeNm,
                ExposureMs = request.ExposureMs,
                FrameRate = request.FrameRate,
                Camera = request.Camera?.ToContract(),
                Modality = request.Task switch { "localization" => V1.Modality.Smlm, "sim" => V1.Modality.Sim, _ => V1.Modality.Unspecified },
                FrameOrder = request.FrameOrder,
                RoiX = Unsigned(request.RoiX),
                RoiY = Unsigned(request.RoiY),
                Binning = Unsigned(request.Binning),
                EmissionWavelengthNm = request.EmissionWavelengthNm,
                NumericalAperture = request.NumericalAperture,
                Name = request.Name,
                FrameCount = (ulong)Math.Max(0, request.FrameCount),
            },
            Method = new V1.Method
            {
                Task = request.Task,
                Id = request.Method,
                Provider = request.Provider.ToContract(),
                PsfCalibration = request.PsfCalibration,
                SimPattern = request.SimPattern,
                OpticalTransfer = request.OpticalTransfer,
                Localizer = request.Localizer,
            },
            Policy = request.Policy == FramePolicy.Live ? V1.Policy.Live : V1.Policy.Lossless,
            Preview = new V1.PreviewOptions
            {
                Rate = request.PreviewRate,
                PixelSizeNm = request.PreviewPixelSizeNm,
                MaxSize = Unsigned(request.PreviewMaxSize),
                Compress = !sameHost,
            },
            BufferFrames = Unsigned(request.BufferFrames),
            ClientTimestampNs = (ulong)clientTimestampNs,
            SameHost = sameHost,
            Processing = request.Processing,
            ResultImages = request.ResultImages,
            ResultSeries = request.ResultSeries,
        };
        foreach ((string name, double value) in request.Parameters)
        {
            open.Method.Parameters[name] = value;
        }

        return open;
    }

    internal static V1.Camera ToContract(this CameraModel camera)
    {
        var contract = new V1.Camera
        {
            Kind = camera.Kind == CameraKind.Emccd ? V1.CameraKind.Emccd : V1.CameraKind.Scmos,
            BaselineAdu = camera.BaselineAdu,
            ElectronsPerAdu = camera.ElectronsPerAdu,
            EmGain = camera.EmGain,
            QuantumEfficiency = camera.QuantumEfficiency,
            ReadNoiseElectrons = camera.ReadNoiseElectrons,
        };
        contract.BaselineMap.Add(camera.BaselineMap ?? []);
        contract.ElectronsPerAduMap.Add(camera.ElectronsPerAduMap ?? []);
        contract.ReadVarianceMap.Add(camera.ReadVarianceMap ?? []);
        return contract;
    }

    internal static V1.Provider ToContract(this ExecutionProvider provider) => provider switch
    {
        ExecutionProvider.Cpu => V1.Provider.Cpu,
        ExecutionProvider.Cuda => V1.Provider.Cuda,
        ExecutionProvider.TensorRt => V1.Provider.Tensorrt,
        _ => V1.Provider.Auto,
    };

    // A negative number cannot be said in the contract: 0 is, and the service refuses it with the field's name.
    private static uint Unsigned(int value) => (uint)Math.Max(0, value);
}
