using MicroscopeStream.Cli.Reports;
using MicroscopeStream.Cli.Streaming;
using MicroscopeStream.Cli.Tasks.Video;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Localizations.Tables;

namespace MicroscopeStream.Cli.Tasks;

/// <summary>The tasks that this program knows what to do with.</summary>
internal static class TaskOutputs
{
    internal const string Localization = "localization";

    /// <summary>What makes each task's output; a new task gets a line here.</summary>
    private static readonly Dictionary<string, Func<TaskRun, ITaskOutput>> Makers = new(StringComparer.Ordinal)
    {
        [Localization] = static run => new LocalizationTask(run),
        ["sim"] = static run => new SimTask(run),
        ["image"] = static run => new ImageTask(run),
        [VideoTask.Name] = static run => new VideoTask(run, TimeProvider.System),
    };

    internal static IReadOnlyCollection<string> Names => Makers.Keys;

    /// <exception cref="CommandException">The service's method is of a task that this program does not know, or options do not fit the task.</exception>
    internal static ITaskOutput Create(TaskRun run)
    {
        string task = TaskOf(run);
        if (!Makers.TryGetValue(task, out Func<TaskRun, ITaskOutput>? make))
        {
            throw new CommandException(ExitCodes.Service, $"{run.Plan.Method} is a method of the task '{task}', which this version does not know. Known: {string.Join(", ", Names)}.");
        }

        return task == Localization || run.Job.LocalizationOptions.Count == 0
            ? make(run)
            : throw new CommandException(
                ExitCodes.Usage,
                $"{string.Join(", ", run.Job.LocalizationOptions)}: only for methods that localize; {run.Plan.Method} is a method of the task '{task}'. Leave it out.");
    }

    /// <summary>The task of a run. A service older than the field is asked for localization.</summary>
    internal static string TaskOf(TaskRun run) =>
        run.Plan.Task.Length > 0 ? run.Plan.Task : run.Job.Request.Task.Length > 0 ? run.Job.Request.Task : Localization;
}

/// <summary>What an output is made from.</summary>
/// <param name="Job">What is streamed.</param>
/// <param name="Plan">What the service said it would do.</param>
/// <param name="Folder">Where files go.</param>
/// <param name="Score">Compares localizations with the truth; null: there is none.</param>
internal sealed record TaskRun(StreamJob Job, Plan Plan, OutputFolder Folder, Func<LocalizationTable, ScoreReport?>? Score);
