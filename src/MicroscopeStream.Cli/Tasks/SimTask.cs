using System.Text.Json;
using MicroscopeStream.Cli.Reports;
using MicroscopeStream.Client;
using MicroscopeStream.Contract.V1;

namespace MicroscopeStream.Cli.Tasks;

/// <summary>Structured illumination: the image, and what was measured of pattern and result when it was last judged.</summary>
internal sealed class SimTask(TaskRun run) : ImageTask(run)
{
    private volatile SimReading? _reading;

    public override void Receive(SessionUpdate update)
    {
        base.Receive(update);
        if (update is SimUpdate sim)
        {
            _reading = sim.Reading;
        }
    }

    public override RunReport Complete(RunReport report)
    {
        report = base.Complete(report);
        return _reading is not { } reading ? report : report with
        {
            Sim = new SimSection
            {
                CarriersPerUm = [.. reading.Carriers.Select(c => new[] { Math.Round(c.XPerUm, 5), Math.Round(c.YPerUm, 5) })],
                ModulationDepth = [.. reading.Carriers.Select(c => Math.Round(c.Modulation, 4))],
                ModulationContrast = Known(reading.ModulationContrast, 3),
                Order = JsonNamingPolicy.SnakeCaseLower.ConvertName(reading.Order.ToString()),
                Places = [.. reading.Places.Select(place => (int)place)],
                MedianResidual = Known(reading.MedianResidual, 4),
                UnexplainedShare = Known(reading.UnexplainedShare, 5),
                LimitNm = Known(reading.LimitNm, 2),
                Calibrations = (int)reading.Calibrations,
            },
            ResolutionNm = new ResolutionReport
            {
                Value = Known(reading.ResultResolutionNm, 2),
                Uncertainty = null,
                Alternating = null,
                Outcome = "decorrelation",
                Localizations = 0,
                FieldNm = [],
                Widefield = Known(reading.WidefieldResolutionNm, 2),
                Result = Known(reading.ResultResolutionNm, 2),
            },
        };
    }

    private static double? Known(double value, int digits) => double.IsFinite(value) ? Math.Round(value, digits) : null;
}
