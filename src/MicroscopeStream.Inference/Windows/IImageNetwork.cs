using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Inference.Providers;

namespace MicroscopeStream.Inference.Windows;

/// <summary>
/// A model that makes an image of a window or group of frames, opened for one session and one frame size. All frames of the window go
/// in, then the network runs once: what <see cref="ITemporalNetwork"/> is to streams, this is to groups, and to networks whose
/// normalization takes its numbers from the frames.
/// </summary>
/// <remarks>
/// Write each frame of the window (<see cref="Frame"/>, or <see cref="MarkMissing"/>), then await <see cref="RunAsync"/> and read
/// <see cref="Maps"/>. One owner, one call at a time. Nothing is allocated per run on the CPU.
/// </remarks>
public interface IImageNetwork : IDisposable
{
    /// <summary>The model.</summary>
    ModelPackage Model { get; }

    /// <summary>Frames of the window.</summary>
    int Frames { get; }

    /// <summary>Rows of a frame.</summary>
    int Height { get; }

    /// <summary>Columns of a frame.</summary>
    int Width { get; }

    /// <summary>What runs the model and why. Another object once that changes, so compare references after each run.</summary>
    ProviderDecision Provider { get; }

    /// <summary>In how many tiles a frame runs; 1: in one piece. The maps are those of the whole frame either way.</summary>
    int Tiles { get; }

    /// <summary>Time of one run, all tiles included, ms, without waiting for a turn: measured at warm-up, then a moving average.</summary>
    double MillisecondsPerRun { get; }

    /// <summary>Bytes that this network holds for as long as it is open, without the weights, which sessions share.</summary>
    long HeldBytes { get; }

    /// <summary>The maps of the last run, on the model's output grid; values in the units of the manifest's channels.</summary>
    /// <exception cref="InvalidOperationException">Nothing has run, or the last run failed.</exception>
    NetworkMaps Maps { get; }

    /// <summary>Pixels of a frame of the window, photons, row-major (y, x), to be written before <see cref="RunAsync"/>. They stay until written again.</summary>
    /// <param name="index">Place in the window, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The window has no such place.</exception>
    Span<float> Frame(int index);

    /// <summary>Says of the next run that a frame of the window is missing: it enters as zeros after normalization.</summary>
    /// <param name="index">Place in the window, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The window has no such place.</exception>
    void MarkMissing(int index);

    /// <summary>Runs the network over the frames that were written.</summary>
    /// <param name="sequence">Number that the maps shall bear, ≥ 0.</param>
    /// <param name="cancellationToken">Looked at before the work is handed in; a run that has begun goes on to its end.</param>
    /// <exception cref="Execution.ProviderFailedException">The provider failed, and no other is left.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, or the network was closed.</exception>
    ValueTask RunAsync(long sequence, CancellationToken cancellationToken);
}
