using System.Text.Json;
using MicroscopeStream.Cli.Reports;
using MicroscopeStream.Cli.Tasks.Video;
using MicroscopeStream.Client;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Core.Results;
using PixelType = MicroscopeStream.Core.Frames.PixelType;

namespace MicroscopeStream.Cli.Tasks;

/// <summary>Structured illumination: the image, and what was measured of pattern and result when it was last judged.</summary>
internal sealed class SimTask(TaskRun run) : ImageTask(run)
{
    private readonly VideoSeries _series = new(run.Folder, Pictures.SuperResolvedTiff, 1, PixelType.Float32, null);
    private volatile SimReading? _reading;
    private SuperResolvedImage? _waiting;
    private long _images;

    public override void Receive(SessionUpdate update)
    {
        if (update is ImageUpdate { OfGroup: true } image)
        {
            // The newest waits: the last one of all may be made anew when the session ends.
            if (_waiting is { } before)
            {
                _series.Append<float>(before.Grid, before.Pixels);
            }

            (_waiting, _images) = (image.Image, _images + 1);
        }

        base.Receive(update);
        if (update is SimUpdate sim)
        {
            _reading = sim.Reading;
        }
    }

    /// <summary>Every group's image as a series where there were several, else the one.</summary>
    public override void Finish(SessionSummary? summary, SuperResolvedImage widefield)
    {
        bool several = _series.Pages > 0;
        if (several && Image is { } last)
        {
            _series.Append<float>(last.Grid, last.Pixels);
        }

        _series.Finish();
        ImagePictures.Write(Run.Folder, Image, TrustMap, widefield, several);
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
                Images = _images,
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

    protected override void Dispose(bool disposing)
    {
        _series.Dispose();
        base.Dispose(disposing);
    }

    private static double? Known(double value, int digits) => double.IsFinite(value) ? Math.Round(value, digits) : null;
}
