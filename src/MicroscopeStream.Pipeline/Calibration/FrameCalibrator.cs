using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Pipeline.Sessions;

namespace MicroscopeStream.Pipeline.Calibration;

/// <summary>Converts one frame from ADU to photons.</summary>
internal sealed class FrameCalibrator
{
    private readonly PixelType _pixelType;
    private readonly CameraModel _camera;

    public FrameCalibrator(SessionContext context)
    {
        _pixelType = context.Specification.Acquisition.PixelType;
        _camera = context.Specification.Acquisition.Camera ?? new CameraModel();
    }

    public void Convert(Frame raw, Frame photons)
    {
        photons.Header = raw.Header;
        photons.LengthBytes = photons.CapacityBytes;
        Span<float> output = photons.Pixels<float>();
        float baseline = (float)_camera.BaselineAdu, gain = (float)_camera.PhotonsPerAdu;
        switch (_pixelType)
        {
            case PixelType.UInt8:
                ReadOnlySpan<byte> bytes = raw.Bytes;
                for (int i = 0; i < output.Length; i++)
                {
                    output[i] = (bytes[i] - baseline) * gain;
                }

                break;
            case PixelType.Float32:
                ReadOnlySpan<float> floats = raw.Pixels<float>();
                for (int i = 0; i < output.Length; i++)
                {
                    output[i] = (floats[i] - baseline) * gain;
                }

                break;
            default:
                ReadOnlySpan<ushort> words = raw.Pixels<ushort>();
                for (int i = 0; i < output.Length; i++)
                {
                    output[i] = (words[i] - baseline) * gain;
                }

                break;
        }
    }
}
