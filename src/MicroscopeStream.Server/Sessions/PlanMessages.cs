using MicroscopeStream.Contract.V1;
using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Pipeline.Sessions;

namespace MicroscopeStream.Server.Sessions;

/// <summary>The plan of a session as the contract says it.</summary>
internal static class PlanMessages
{
    public static Plan ToMessage(Session session)
    {
        SessionPlan plan = session.Plan;
        var message = new Plan
        {
            Method = plan.Method,
            MethodVersion = plan.MethodVersion,
            Provider = new ProviderDecision { Requested = plan.Provider.Requested, Used = plan.Provider.Used, Reasons = { plan.Provider.Reasons } },
            WindowFrames = (uint)plan.WindowFrames,
            LookAheadFrames = (uint)plan.LookAheadFrames,
            ExpectedMsPerFrame = plan.ExpectedMsPerFrame,
            SustainableFrameRate = plan.SustainableFrameRate,
            OutputPixelSizeNm = plan.Output.PixelSizeNm,
            OutputWidth = (uint)plan.Output.Width,
            OutputHeight = (uint)plan.Output.Height,
            BufferFrames = (uint)plan.BufferFrames,
            Task = plan.Task,
            Geometry = GeometryMessages.ToMessage(session.Specification.Acquisition),
        };
        if (plan.Camera is not null)
        {
            message.Camera = ToMessage(plan.Camera);
        }

        return message;
    }

    private static Camera ToMessage(CameraModel camera)
    {
        var message = new Camera
        {
            Kind = camera.Kind == Core.Cameras.CameraKind.Emccd ? Contract.V1.CameraKind.Emccd : Contract.V1.CameraKind.Scmos,
            BaselineAdu = camera.BaselineAdu,
            ElectronsPerAdu = camera.ElectronsPerAdu,
            EmGain = camera.EmGain,
            QuantumEfficiency = camera.QuantumEfficiency,
            ReadNoiseElectrons = camera.ReadNoiseElectrons,
        };
        message.BaselineMap.AddRange(camera.BaselineMap ?? []);
        message.ElectronsPerAduMap.AddRange(camera.ElectronsPerAduMap ?? []);
        message.ReadVarianceMap.AddRange(camera.ReadVarianceMap ?? []);
        return message;
    }
}
