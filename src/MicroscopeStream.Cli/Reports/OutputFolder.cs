using Polly;

namespace MicroscopeStream.Cli.Reports;

/// <summary>
/// The folder of <c>--out</c>. A file that cannot be written is said once, with the remedy, and never stops the stream: the
/// caller goes on and ends with <see cref="ExitCodes.Output"/>. Without a folder nothing is written. Not thread-safe.
/// </summary>
internal sealed class OutputFolder
{
    private readonly Action<string> _report;
    private readonly ResiliencePipeline _patience = DiskPatience.Pipeline(TimeProvider.System);
    private readonly List<string> _written = [];
    private readonly List<string> _problems = [];

    /// <param name="path">The folder, made when it is not there; null: no outputs.</param>
    /// <param name="report">Gets each problem as a sentence, when it happens.</param>
    internal OutputFolder(string? path, Action<string> report)
    {
        _report = report;
        Path = path is null ? null : System.IO.Path.GetFullPath(path);
        if (Path is not null && !Try(Path, () => Directory.CreateDirectory(Path)))
        {
            Unusable = true;
        }
    }

    /// <summary>The folder, absolute; null when none was asked for.</summary>
    internal string? Path { get; }

    /// <summary>Whether files can be asked for at all.</summary>
    internal bool Wanted => Path is not null && !Unusable;

    /// <summary>Files written so far, relative to the folder.</summary>
    internal IReadOnlyList<string> Written => _written;

    /// <summary>What could not be written, one sentence each.</summary>
    internal IReadOnlyList<string> Problems => _problems;

    private bool Unusable { get; }

    /// <summary>Full path of a file in the folder.</summary>
    internal string File(string name) => System.IO.Path.Combine(Path!, name);

    /// <summary>Writes a file.</summary>
    /// <param name="name">Its name in the folder.</param>
    /// <param name="write">Gets its full path.</param>
    /// <returns>Whether it is there.</returns>
    internal bool Write(string name, Action<string> write)
    {
        if (!Wanted || !Try(File(name), () => write(File(name))))
        {
            return false;
        }

        Add(name);
        return true;
    }

    /// <summary>A file was written by other means.</summary>
    internal void Add(string name) => _written.Add(name);

    /// <summary>
    /// Runs something that writes a file from its beginning; a file that is busy is tried again for a moment, a failure is
    /// reported.
    /// </summary>
    /// <returns>Whether it succeeded.</returns>
    internal bool Try(string file, Action write)
    {
        try
        {
            _patience.Execute(write);
            return true;
        }
        catch (Exception e) when (
            e is IOException or UnauthorizedAccessException or NotSupportedException or System.Security.SecurityException
                or OutOfMemoryException or OverflowException)
        {
            Report(file, e);
            return false;
        }
    }

    /// <summary>Reports that a file could not be written, with the remedy.</summary>
    internal void Report(string file, Exception failure) =>
        Fail($"{file} could not be written: {Reason(failure, file)}. {Remedy(file, failure)}");

    private void Fail(string problem)
    {
        _problems.Add(problem);
        _report(problem);
    }

    // The runtime ends its messages with the path, which the sentence has begun with.
    private static string Reason(Exception exception, string file) =>
        exception.Message.Replace($" : '{file}'", string.Empty, StringComparison.Ordinal).TrimEnd('.');

    private string Remedy(string file, Exception exception) =>
        file == Path ? "Name a folder, or one that can be made, with --out."
        : exception is UnauthorizedAccessException ? "Choose a folder that you may write to with --out."
        : "Free some space, or choose another folder with --out.";
}
