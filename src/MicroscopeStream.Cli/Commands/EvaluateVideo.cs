using System.Globalization;
using System.Text.Json;
using MicroscopeStream.Cli.Reports;
using MicroscopeStream.Cli.Tasks.Video;
using MicroscopeStream.Cli.Terminal;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Tiff;

namespace MicroscopeStream.Cli.Commands;

/// <summary>How alike a video and the truth of the same times are: as first published and as refined, slice by slice.</summary>
internal static class EvaluateVideo
{
    internal const string Json = "evaluation.json";
    internal const string Plot = "evaluation.svg";
    internal const string Strip = "evaluation.png";
    private const int Columns = 5;

    /// <exception cref="CommandException">A file is missing, damaged, or does not fit the others.</exception>
    internal static int Run(string videoPath, string truthPath, int from, string? output, bool json, MstreamConsole console)
    {
        string beside = Path.GetDirectoryName(Path.GetFullPath(videoPath))!, refinedPath = Path.Combine(beside, VideoTask.RefinedTiff);
        using TiffReader video = EvaluateImage.Open(videoPath), truth = EvaluateImage.Open(truthPath);
        using TiffReader? refined = File.Exists(refinedPath) && Path.GetFullPath(videoPath) != refinedPath ? EvaluateImage.Open(refinedPath) : null;
        ThrowIfOther(video, videoPath, truth, truthPath);
        if (refined is not null)
        {
            ThrowIfOther(refined, refinedPath, truth, truthPath);
            if (refined.PageCount != video.PageCount)
            {
                throw new CommandException(
                    ExitCodes.BadInput, $"{refinedPath} has {refined.PageCount} pages, {videoPath} {video.PageCount}: they are not of one run. Move one of them to another folder.");
            }
        }

        (int Page, long Slice)[] pages = [.. Slices(videoPath, beside, video, truth, truthPath).Select((slice, page) => (page, slice)).Where(one => one.slice >= from)];
        if (pages.Length == 0)
        {
            throw new CommandException(ExitCodes.Usage, $"{videoPath} has no slice from {from} on: state a smaller --from.");
        }

        var grid = new PixelGrid(video.Width, video.Height, video.PixelSizeNm ?? truth.PixelSizeNm ?? 1);
        var comparison = new PictureComparison(grid);
        var scores = new List<SliceScore>();
        List<float[]> strip = [], provisionalStrip = [], refinedStrip = [];
        foreach ((int page, long slice) in pages)
        {
            float[] expected = EvaluateImage.Page(truth, truthPath, (int)slice), first = EvaluateImage.Page(video, videoPath, page);
            float[]? later = refined is null ? null : EvaluateImage.Page(refined, refinedPath, page);
            scores.Add(new SliceScore(slice, comparison.Compare(first, expected), later is null ? null : comparison.Compare(later, expected)));

            // Columns evenly over the run, the first and the last slice among them.
            if (output is not null && strip.Count < Columns && (scores.Count - 1) * (Columns - 1) >= strip.Count * (pages.Length - 1))
            {
                strip.Add(expected);
                provisionalStrip.Add(first);
                refinedStrip.AddRange(later is null ? [] : [later]);
            }
        }

        VideoScoreReport report = VideoScoreReport.Of(scores);
        string text = JsonSerializer.Serialize(report, ReportJson.Default.VideoScoreReport);
        console.Out.WriteLine(json ? text : Describe(report));
        if (output is null)
        {
            return ExitCodes.Success;
        }

        var folder = new OutputFolder(output, problem => console.Error.WriteLine($"error: {problem}"));
        folder.Write(Json, path => File.WriteAllText(path, text + "\n"));
        folder.Write(Plot, path => VideoScorePictures.WritePlot(path, report));
        folder.Write(Strip, path => VideoScorePictures.WriteStrip(path, grid, refined is null ? [strip, provisionalStrip] : [strip, provisionalStrip, refinedStrip]));
        return folder.Problems.Count == 0 ? ExitCodes.Success : ExitCodes.Output;
    }

    private static void ThrowIfOther(TiffReader video, string path, TiffReader truth, string truthPath)
    {
        if ((video.Width, video.Height) != (truth.Width, truth.Height))
        {
            throw new CommandException(
                ExitCodes.BadInput,
                $"{path} has {video.Width} × {video.Height} px, {truthPath} {truth.Width} × {truth.Height}: make both with the same --grid, of the same field.");
        }
    }

    /// <summary>The slice of each page: as the table beside the video says, or the page's number.</summary>
    private static IReadOnlyList<long> Slices(string videoPath, string beside, TiffReader video, TiffReader truth, string truthPath)
    {
        string table = Path.Combine(beside, SliceTable.Name);
        IReadOnlyList<long>? slices;
        try
        {
            slices = SliceTable.Read(table);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new CommandException(ExitCodes.BadInput, $"{table} cannot be read: {e.Message}.", e);
        }

        if (slices is null && video.PageCount != truth.PageCount)
        {
            throw new CommandException(
                ExitCodes.BadInput,
                $"{videoPath} has {video.PageCount} pages, {truthPath} {truth.PageCount}, and no {SliceTable.Name} beside the video says which slices they show. Keep the files of a run together.");
        }

        slices ??= [.. Enumerable.Range(0, video.PageCount).Select(page => (long)page)];
        return slices.Count != video.PageCount
            ? throw new CommandException(ExitCodes.BadInput, $"{table} has {slices.Count} rows for the {video.PageCount} pages of {videoPath}: they are not of one run.")
            : slices.Count > 0 && slices[^1] >= truth.PageCount
            ? throw new CommandException(
                ExitCodes.BadInput, $"{videoPath} goes on to slice {slices[^1]}, {truthPath} ends with slice {truth.PageCount - 1}: it is the truth of another sample, or has other slices.")
            : slices;
    }

    private static string Describe(VideoScoreReport report)
    {
        string text = $"slices     {report.Slices}{Environment.NewLine}{Line("published", report.Provisional)}";
        return report.Refined is { } refined ? $"{text}{Environment.NewLine}{Line("refined", refined)}" : text;

        static string Line(string name, SeriesScore score) => string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-10} Pearson {score.Pearson:f3}, SSIM {score.Ssim:f3}, resolution {(score.FrcNm is { } nm ? $"{nm.ToString("f0", CultureInfo.InvariantCulture)} nm" : "none")} (Fourier ring correlation with the truth, median)");
    }
}
