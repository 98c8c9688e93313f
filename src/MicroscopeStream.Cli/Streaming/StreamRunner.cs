using MicroscopeStream.Cli.Display;
using MicroscopeStream.Cli.Reports;
using MicroscopeStream.Cli.Tasks;
using MicroscopeStream.Client;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Calibration;
using MicroscopeStream.Imaging.Rendering;
using MicroscopeStream.Localizations.Tables;

namespace MicroscopeStream.Cli.Streaming;

/// <summary>
/// Streams a source through a service and writes what comes back. Whatever ends the stream early (damage in the source, the
/// service, an interruption), what had come until then is written and reported.
/// </summary>
internal sealed class StreamRunner(MicroscopeClient client, TimeProvider time, IProgressView view)
{
    // A service that is asked to finish gets this long to work off what it holds after an interruption.
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(20);

    /// <param name="job">What to stream.</param>
    /// <param name="score">Compares the localizations with the truth; null: there is none, and no table of them is kept.</param>
    /// <param name="stop">Asks to stop sending and to write what there is.</param>
    /// <exception cref="MicroscopeStreamException">The service could not be reached or refused the acquisition.</exception>
    internal async Task<StreamOutcome> RunAsync(
        StreamJob job, Func<LocalizationTable, ScoreReport?>? score, CancellationToken stop)
    {
        job.Check();
        DateTimeOffset started = time.GetUtcNow();
        await using AcquisitionSession session = await client.OpenAsync(job.Request, stop);
        var folder = new OutputFolder(job.OutputPath, problem => view.Note($"error: {problem}"));
        var due = new DueTimes();
        var task = new TaskRun(job, session.Plan, folder, score);
        using ITaskOutput output = TaskOutputs.Create(task);
        var collector = new ResultCollector(due, time, output);
        view.Note(PlanText.Describe(session.Plan));
        collector.Warned += warning => view.Note($"warning: {warning}");
        foreach (string warning in job.Source.Warnings.Concat(session.Warnings.Where(w => w.Severity >= Severity.Warning).Select(w => w.Message)))
        {
            collector.Warn(warning);
        }

        if (job.OutputPath is not null && TaskOutputs.TaskOf(task) == TaskOutputs.Localization && job.GridWarning is { } coarse)
        {
            collector.Warn(coarse);
        }

        session.UpdateReceived += collector.Receive;
        var run = new Run(session, collector, due, new WidefieldAccumulator(job.CameraGrid), TaskOutputs.TaskOf(task));
        using var shown = new CancellationTokenSource();
        Task showing = view.ShowAsync(new StatusMeter(job, session, collector, output, time).Measure, shown.Token);
        try
        {
            await SendAsync(job, run, stop);
            await CompleteAsync(run);
        }
        finally
        {
            await shown.CancelAsync();
            await showing;
        }

        output.Finish(run.Summary, run.Widefield.Snapshot());
        RunReport report = output.Complete(ReportBuilder.Build(job, run, folder, started, time));
        if (!folder.Write(ReportBuilder.FileName, path => ReportBuilder.Write(path, report)))
        {
            report = report with { Outputs = [.. folder.Written], Errors = [.. run.Failures.Select(f => f.Message), .. folder.Problems] };
        }

        int exitCode = run.Failures.Count > 0 ? Failures.ExitCode(run.Failures[0])
            : folder.Problems.Count > 0 ? ExitCodes.Output
            : run.Interrupted ? ExitCodes.Interrupted
            : ExitCodes.Success;
        return new StreamOutcome(report, exitCode);
    }

    private async Task SendAsync(StreamJob job, Run run, CancellationToken stop)
    {
        FramePacer? pacer = job.Rate is { } rate ? new FramePacer(rate, time) : null;
        byte[] pixels = GC.AllocateUninitializedArray<byte>(job.Request.FrameBytes);
        float[] values = new float[job.CameraGrid.PixelCount];
        var converter = new PhotonConverter(new CameraModel { BaselineAdu = 0 }, job.Request.PixelType, values.Length);
        try
        {
            while (!stop.IsCancellationRequested && job.Source.TryRead(out FrameHeader header, pixels))
            {
                long due = pacer is not null ? await pacer.WaitAsync(run.Sent, stop) : await RoomAsync(run.Session, stop);
                run.FirstDue ??= due;
                run.Due.Add(header.Sequence, due);
                await run.Session.SendAsync(header, pixels, stop);
                run.Sent++;
                converter.Convert(pixels, values);
                run.Widefield.Add(values);
            }

            run.Interrupted = stop.IsCancellationRequested;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            run.Interrupted = true;
        }
        catch (Exception e) when (e is CommandException or MicroscopeStreamException)
        {
            Fail(run, e);
        }
    }

    private async Task<long> RoomAsync(AcquisitionSession session, CancellationToken stop)
    {
        await session.WaitForRoomAsync(stop);
        return time.GetTimestamp();
    }

    private async Task CompleteAsync(Run run)
    {
        using var limit = new CancellationTokenSource(run.Interrupted ? DrainLimit : Timeout.InfiniteTimeSpan, time);
        try
        {
            run.Summary = await run.Session.CompleteAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Fail(run, new MicroscopeStreamException(
                $"The service did not finish within {DrainLimit.TotalSeconds:f0} s of the interruption; the results until then were kept."));
        }
        catch (MicroscopeStreamException e)
        {
            Fail(run, e);
        }
    }

    private void Fail(Run run, Exception failure)
    {
        if (run.Failures.All(f => f.Message != failure.Message))
        {
            run.Failures.Add(failure);
            view.Note($"error: {failure.Message}");
        }
    }

    /// <summary>What one run gathers.</summary>
    internal sealed class Run(AcquisitionSession session, ResultCollector collector, DueTimes due, WidefieldAccumulator widefield, string task)
    {
        internal AcquisitionSession Session => session;

        internal ResultCollector Collector => collector;

        internal DueTimes Due => due;

        internal WidefieldAccumulator Widefield => widefield;

        /// <summary>The task, as the plan says.</summary>
        internal string Task => task;

        internal List<Exception> Failures { get; } = [];

        internal long Sent { get; set; }

        /// <summary>Timestamp at which the first frame was due.</summary>
        internal long? FirstDue { get; set; }

        internal bool Interrupted { get; set; }

        /// <summary>The service's account; null when it could give none.</summary>
        internal SessionSummary? Summary { get; set; }
    }
}
