using MicroscopeStream.Cli.Streaming;

namespace MicroscopeStream.Cli.Display;

/// <summary>Shows a person how a run does. Thread-safe.</summary>
internal interface IProgressView
{
    /// <summary>Shows the run until told to stop.</summary>
    Task ShowAsync(Func<StreamStatus> measure, CancellationToken until);

    /// <summary>Says something that must not be missed: a warning, an error.</summary>
    void Note(string message);
}
