using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Inference.Providers;

namespace MicroscopeStream.Inference.Windows;

/// <summary>
/// A model that looks at windows of consecutive frames, opened for one session and one frame size. Frames go in one by one,
/// each computed once; the maps of a frame come out when the frames after it that its window needs have come in.
/// </summary>
/// <remarks>
/// For each frame: <c>while (await PassGapAsync(sequence, ct)) Use(Maps);</c> then write the pixels with <see cref="InputRow"/>, then
/// <c>if (await SubmitAsync(sequence, ct)) Use(Maps);</c>. At the end: <c>while (await FlushAsync(ct)) Use(Maps);</c>.
/// One owner, one call at a time; await each call before the next. Nothing is allocated per frame on the CPU.
/// </remarks>
public interface ITemporalNetwork : IDisposable
{
    /// <summary>The model.</summary>
    ModelPackage Model { get; }

    /// <summary>Rows of a frame.</summary>
    int Height { get; }

    /// <summary>Columns of a frame.</summary>
    int Width { get; }

    /// <summary>Frames that must follow a frame before its maps come out.</summary>
    int FramesAfterTarget { get; }

    /// <summary>What runs the model and why. Another object once that changes, so compare references after each call.</summary>
    ProviderDecision Provider { get; }

    /// <summary>In how many tiles a frame runs; 1: in one piece. The maps are those of the whole frame either way.</summary>
    int Tiles => 1;

    /// <summary>
    /// Time of one whole frame's run, all tiles included, ms, without waiting for a turn: measured at warm-up, then a moving average.
    /// </summary>
    double MillisecondsPerFrame { get; }

    /// <summary>
    /// Number of the first frame whose maps are wanted, from 0. Frames before it are taken in as neighbours only, and their maps are
    /// neither computed nor delivered. Set between calls.
    /// </summary>
    long FirstWanted { get; set; }

    /// <summary>The maps of the frame that the last call that returned true completed.</summary>
    /// <exception cref="InvalidOperationException">The last call completed none.</exception>
    NetworkMaps Maps { get; }

    /// <summary>
    /// Row <paramref name="y"/> of the next frame, photons, to be written before <see cref="SubmitAsync"/>. Its old contents are
    /// undefined.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    Span<float> InputRow(int y);

    /// <summary>Takes in the frame that was written.</summary>
    /// <param name="sequence">Its number: any for the first frame and after a flush, else the one after the last.</param>
    /// <param name="cancellationToken">Looked at before the frame is handed in; a run that has begun goes on to its end.</param>
    /// <returns>Whether the maps of an earlier frame (or of this one, for a model that looks at no later frames) are ready.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The number is not the one after the last; call <see cref="PassGapAsync"/> first.
    /// </exception>
    /// <exception cref="Execution.ProviderFailedException">The provider failed, and no other is left.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, or the network was closed.</exception>
    ValueTask<bool> SubmitAsync(long sequence, CancellationToken cancellationToken);

    /// <summary>Passes over missing frames, one result at a time: call until it returns false.</summary>
    /// <param name="nextSequence">Number of the frame that comes next.</param>
    /// <param name="cancellationToken">Looked at before the work is handed in.</param>
    /// <returns>True: the maps of a frame before the gap are ready, call again. False: the next frame may be submitted.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number lies before the next one expected.</exception>
    /// <exception cref="Execution.ProviderFailedException">The provider failed, and no other is left.</exception>
    ValueTask<bool> PassGapAsync(long nextSequence, CancellationToken cancellationToken);

    /// <summary>
    /// Completes the frames whose windows reach beyond the end, one result at a time: call until it returns false. A new series may
    /// follow.
    /// </summary>
    /// <param name="cancellationToken">Looked at before the work is handed in.</param>
    /// <exception cref="Execution.ProviderFailedException">The provider failed, and no other is left.</exception>
    ValueTask<bool> FlushAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Bytes that this network holds for as long as it is open: frames, features and maps of its window, not the weights, which
    /// sessions share. On a GPU, part of them lies there; they are counted as if they lay here, where they will after a fallback.
    /// </summary>
    long HeldBytes => 0;
}

/// <summary>What is convenient on every network.</summary>
public static class TemporalNetworkExtensions
{
    /// <summary>Writes a whole frame.</summary>
    /// <param name="network">The network.</param>
    /// <param name="frame">Photons, row-major (y, x), as many as the frame has pixels.</param>
    /// <exception cref="ArgumentException">The frame has another size.</exception>
    public static void WriteFrame(this ITemporalNetwork network, ReadOnlySpan<float> frame)
    {
        if (frame.Length != network.Height * network.Width)
        {
            throw new ArgumentException(
                $"{frame.Length} pixels given for frames of {network.Height} × {network.Width} (height × width).", nameof(frame));
        }

        for (int y = 0; y < network.Height; y++)
        {
            frame.Slice(y * network.Width, network.Width).CopyTo(network.InputRow(y));
        }
    }
}
