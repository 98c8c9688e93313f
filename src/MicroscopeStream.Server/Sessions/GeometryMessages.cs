using MicroscopeStream.Contract.V1;
using MicroscopeStream.Pipeline.Sessions;

namespace MicroscopeStream.Server.Sessions;

/// <summary>Where a session's frames lie, as the contract says it: what Open stated comes back with the results.</summary>
internal static class GeometryMessages
{
    public static Geometry ToMessage(AcquisitionSpecification acquisition)
    {
        var message = new Geometry
        {
            RoiX = (uint)acquisition.RoiX,
            RoiY = (uint)acquisition.RoiY,
            Binning = (uint)acquisition.Binning,
            PixelSizeNm = acquisition.PixelSizeNm,
        };
        if (acquisition.Stage is { } stage)
        {
            message.Stage = new Contract.V1.StageAffine
            {
                Matrix = { stage.Xx, stage.Xy, stage.Yx, stage.Yy },
                Offset = { stage.OffsetX, stage.OffsetY },
            };
        }

        return message;
    }
}
