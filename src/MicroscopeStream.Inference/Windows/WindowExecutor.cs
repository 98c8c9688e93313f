using MicroscopeStream.Inference.Execution;

namespace MicroscopeStream.Inference.Windows;

/// <summary>Keeps a window of frames and runs a model's networks over it. Everything happens on the host's thread.</summary>
internal abstract class WindowExecutor(Stack<IDisposable> owned) : IDisposable
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
    public void Dispose() => DisposeAll(owned);

    /// <summary>Makes the executor that a plan needs. Runs the networks once, to learn their shapes.</summary>
    /// <param name="plan">How the networks work together.</param>
    /// <param name="sessions">The networks.</param>
    /// <param name="height">Padded rows.</param>
    /// <param name="width">Padded columns.</param>
    /// <exception cref="ProviderFailedException">The provider cannot run the networks at that size.</exception>
    public static WindowExecutor Create(NetworkPlan plan, IReadOnlyDictionary<string, GraphSession> sessions, int height, int width)
    {
        var owned = new Stack<IDisposable>();
        try
        {
            return plan.FeatureGraph is null
                ? new StackedExecutor(plan, sessions, height, width, owned)
                : new FeatureCacheExecutor(plan, sessions, height, width, owned);
        }
        catch
        {
            // What a device has no memory left for must not keep the rest of it.
            DisposeAll(owned);
            throw;
        }
    }

    /// <summary>Notes that something goes with the executor.</summary>
    protected T Own<T>(T one)
        where T : IDisposable
    {
        owned.Push(one);
        return one;
    }

    // The youngest first: bindings hold on to the tensors that were there before them.
    private static void DisposeAll(Stack<IDisposable> owned)
    {
        while (owned.TryPop(out IDisposable? one))
        {
            one.Dispose();
        }
    }
}
