using MicroscopeStream.Contract.V1;
using MicroscopeStream.StructuredIllumination.Patterns;
using SimReading = MicroscopeStream.Pipeline.Methods.Sim.SimReading;

namespace MicroscopeStream.Server.Sessions;

/// <summary>What was measured of structured illumination as the contract says it.</summary>
internal static class SimMessages
{
    public static Contract.V1.SimReading ToMessage(SimReading reading) => new()
    {
        Carriers =
        {
            reading.CarriersPerUm.Zip(reading.ModulationDepths, static (carrier, depth) => new SimCarrier { XPerUm = carrier.X, YPerUm = carrier.Y, Modulation = depth }),
        },
        ModulationContrast = reading.ModulationContrast,
        Order = reading.OrderFinding switch
        {
            FrameOrderFinding.AsStated => SimOrder.AsStated,
            FrameOrderFinding.Rearranged => SimOrder.Rearranged,
            _ => SimOrder.Unclear,
        },
        Places = { reading.Places.Select(place => (uint)place) },
        MedianResidual = reading.MedianResidual,
        UnexplainedShare = reading.UnexplainedShare,
        WidefieldResolutionNm = reading.WidefieldResolutionNm,
        ResultResolutionNm = reading.ResultResolutionNm,
        LimitNm = reading.LimitNm,
        CarrierDriftPerUm = reading.CarrierDriftPerUm,
        Calibrations = (uint)reading.Calibrations,
    };
}
