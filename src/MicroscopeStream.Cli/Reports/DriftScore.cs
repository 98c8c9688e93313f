using System.Globalization;
using System.Text.Json;
using MicroscopeStream.Cli.Terminal;
using MicroscopeStream.Localizations.Drift;

namespace MicroscopeStream.Cli.Reports;

/// <summary>How far a drift lies from the true one.</summary>
internal static class DriftScore
{
    /// <exception cref="CommandException">A file cannot be read, or is none of a drift.</exception>
    internal static int Run(string driftPath, string truthPath, bool json, MstreamConsole console)
    {
        DriftCurve found = Read(driftPath), truth = Read(truthPath);
        if (found.FirstFrame > truth.LastFrame || truth.FirstFrame > found.LastFrame)
        {
            throw new CommandException(ExitCodes.BadInput, $"{driftPath} and {truthPath} have no frame in common.");
        }

        double residual = truth.ResidualTo(found.At);
        console.Out.WriteLine(json
            ? JsonSerializer.Serialize(
                new DriftScoreReport(Math.Round(residual, 3), Math.Round(truth.Range(), 3), truth.LastFrame - truth.FirstFrame + 1), ReportJson.Default.DriftScoreReport)
            : string.Create(
                CultureInfo.InvariantCulture,
                $"residual drift                  {residual:f2} nm RMS (x and y together, both curves brought to the same mean), of a path that reaches {truth.Range():f0} nm"));
        return ExitCodes.Success;
    }

    private static DriftCurve Read(string path)
    {
        try
        {
            var knots = new List<DriftKnot>();
            foreach (string line in File.ReadLines(path))
            {
                string[] parts = line.Split(',');
                bool numbers = parts.Length == 3
                    & long.TryParse(parts[0], NumberStyles.Integer, CultureInfo.InvariantCulture, out long frame)
                    & float.TryParse(parts.ElementAtOrDefault(1), NumberStyles.Float, CultureInfo.InvariantCulture, out float x)
                    & float.TryParse(parts.ElementAtOrDefault(2), NumberStyles.Float, CultureInfo.InvariantCulture, out float y);
                if (numbers)
                {
                    knots.Add(new DriftKnot(frame - 1, x, y));
                }
                else if (knots.Count > 0 || parts.Length != 3)
                {
                    throw new CommandException(
                        ExitCodes.BadInput, $"{path}: \"{line[..Math.Min(line.Length, 60)]}\" is no row of a drift; expected frame,x [nm],y [nm] as stream and simulate write it.");
                }
            }

            return knots.Count > 0
                ? DriftCurve.FromKnots(knots)
                : throw new CommandException(ExitCodes.BadInput, $"{path} holds no drift; expected rows of frame,x [nm],y [nm].");
        }
        catch (ArgumentException e)
        {
            throw new CommandException(ExitCodes.BadInput, $"{path}: {Failures.Plain(e)}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failures.Unreadable(path, e, $"{path} cannot be read: {e.Message}");
        }
    }
}

/// <summary>What <c>evaluate --drift --json</c> prints.</summary>
internal sealed record DriftScoreReport(double ResidualRmsNm, double TrueRangeNm, long Frames);
