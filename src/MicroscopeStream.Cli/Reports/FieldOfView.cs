using System.Globalization;
using System.Text.Json;
using MicroscopeStream.Localizations.Tables;

namespace MicroscopeStream.Cli.Reports;

/// <summary>
/// Finds out how large the field was that a table was localized in: tables do not say it, and empty margins count in the
/// correlation of images.
/// </summary>
internal static class FieldOfView
{
    /// <summary>The localization challenge's own fields are 64 pixels of 100 nm wide.</summary>
    internal const double ChallengeNm = 6400;

    /// <param name="localizationsPath">The table; a report.json beside it knows its field.</param>
    /// <param name="truth">The truth, which at least must fit.</param>
    /// <param name="notes">Gets a line on what was taken, unless the report said it.</param>
    /// <returns>Extent along x and y, nm.</returns>
    internal static (double WidthNm, double HeightNm) Find(string localizationsPath, LocalizationTable truth, TextWriter notes)
    {
        if (FromReport(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(localizationsPath))!, ReportBuilder.FileName)) is { } reported)
        {
            return reported;
        }

        double width = Extent(truth, row => row.X), height = Extent(truth, row => row.Y);
        notes.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"The field of view is taken as {width:f0} × {height:f0} nm; state another with --size."));
        return (width, height);
    }

    private static (double WidthNm, double HeightNm)? FromReport(string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                return null;
            }

            using JsonDocument report = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement specification = report.RootElement.GetProperty("specification");
            double pixel = specification.GetProperty("pixel_size_nm").GetDouble();
            return (specification.GetProperty("width").GetInt32() * pixel, specification.GetProperty("height").GetInt32() * pixel);
        }
        catch (Exception e) when (
            e is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            // Somebody else's report.json: it cannot be asked.
            return null;
        }
    }

    private static double Extent(LocalizationTable table, Func<Core.Results.Localization, double> coordinate)
    {
        double largest = table.Where(row => double.IsFinite(coordinate(row))).Select(coordinate).DefaultIfEmpty(0).Max();
        return Math.Max(ChallengeNm, Math.Ceiling(largest / 100) * 100);
    }
}
