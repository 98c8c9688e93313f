using MicroscopeStream.Inference.Execution;

namespace MicroscopeStream.Inference.Windows;

/// <summary>Keeps a window of frames and runs a model's networks over it. Everything happens on the host's thread.</summary>
internal abstract class WindowExecutor : IDisposable
{
    /// <summary>Where the next frame's pixels go, padded, row-major (y, x).</summary>
    public abstract Span<float> Input { get; }

    /// <summary>The maps, [1, channels, y, x].</summary>
    public abstract PinnedTensor Maps { get; }

    /// <summary>Moves the window on by the frame that stands in <see cref="Input"/>.</summary>
    public abstract void PushFrame();

    /// <summary>Moves the window on by a frame that is missing.</summary>
    public abstract void PushMissing();

    /// <summary>Computes the maps of the window's target.</summary>
    public abstract void RunTarget();

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Makes the executor that a plan needs. Runs the networks once, to learn their shapes.</summary>
    /// <param name="plan">How the networks work together.</param>
    /// <param name="sessions">The networks.</param>
    /// <param name="height">Padded rows.</param>
    /// <param name="width">Padded columns.</param>
    public static WindowExecutor Create(NetworkPlan plan, IReadOnlyDictionary<string, GraphSession> sessions, int height, int width) =>
        plan.FeatureGraph is null
            ? new StackedExecutor(plan, sessions, height, width)
            : new FeatureCacheExecutor(plan, sessions, height, width);
}
