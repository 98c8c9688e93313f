using Grpc.Core;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Server.Errors;

namespace MicroscopeStream.Server.Sessions;

/// <summary>What a watcher asks for, checked.</summary>
internal static class WatchRequests
{
    /// <summary>Checks every number.</summary>
    /// <exception cref="RpcException">A number cannot be used.</exception>
    public static void Check(WatchRequest request)
    {
        List<Fault> faults = [];
        if (!double.IsFinite(request.PreviewRate))
        {
            faults.Add(new Fault(
                FaultCodes.InvalidValue, "preview_rate", FormattableString.Invariant($"{request.PreviewRate}"), "a number of previews per second",
                "Leave it at 0 for the session's own rate."));
        }

        if (request.Region is { } region)
        {
            Number("region.x_nm", region.XNm, double.IsFinite(region.XNm), "a finite number");
            Number("region.y_nm", region.YNm, double.IsFinite(region.YNm), "a finite number");
            Number("region.width_nm", region.WidthNm, double.IsFinite(region.WidthNm) && region.WidthNm > 0, "a finite number above 0");
            Number("region.height_nm", region.HeightNm, double.IsFinite(region.HeightNm) && region.HeightNm > 0, "a finite number above 0");
        }

        if (faults.Count > 0)
        {
            throw RpcErrors.Make(StatusCode.InvalidArgument, faults);
        }

        void Number(string field, double value, bool good, string expected)
        {
            if (!good)
            {
                faults.Add(new Fault(
                    FaultCodes.InvalidValue, field, FormattableString.Invariant($"{value}"), expected, "Leave the region unset for whole previews."));
            }
        }
    }

    public static SubscriptionOptions OptionsOf(WatchRequest request) =>
        new() { PreviewRate = request.PreviewRate, Localizations = request.Localizations, Times = request.Times };
}
