using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Packages;

namespace MicroscopeStream.Inference.Windows;

/// <summary>Keeps a window of frames and runs a model's networks over it. Everything happens on the host's thread.</summary>
internal abstract class WindowExecutor(Stack<IDisposable> owned) : IDisposable
{
    /// <summary>Where the next frame's pixels go, padded, row-major (y, x).</summary>
    public abstract Span<float> Input { get; }

    /// <summary>The maps, [1, channels, y, x].</summary>
    public abstract PinnedTensor Maps { get; }

    /// <summary>Elements of float32 that it holds alone.</summary>
    public abstract long OwnElements { get; }

    /// <summary>Elements of float32 that all tiles of a frame share.</summary>
    public virtual long SharedElements => 0;

    /// <summary>Moves the window on by the frame that stands in <see cref="Input"/>.</summary>
    public abstract void PushFrame();

    /// <summary>Moves the window on by a frame that is missing.</summary>
    public abstract void PushMissing();

    /// <summary>Computes the maps of the window's target.</summary>
    public abstract void RunTarget();

    /// <summary>Both: moves the window on by the frame that stands in <see cref="Input"/>, and computes the maps of its target.</summary>
    public virtual void PushFrameAndRunTarget()
    {
        PushFrame();
        RunTarget();
    }

    /// <inheritdoc/>
    public void Dispose() => DisposeAll(owned);

    /// <summary>Makes the executor that a plan needs, for frames in one piece. Runs the networks once, to learn their shapes.</summary>
    /// <param name="plan">How the networks work together.</param>
    /// <param name="sessions">The networks.</param>
    /// <param name="height">Padded rows.</param>
    /// <param name="width">Padded columns.</param>
    /// <exception cref="ProviderFailedException">The provider cannot run the networks at that size.</exception>
    /// <exception cref="ModelPackageException">The maps are not what the manifest says.</exception>
    public static WindowExecutor Create(NetworkPlan plan, IReadOnlyDictionary<string, GraphSession> sessions, int height, int width) =>
        Make(owned => Create(plan, sessions, Shapes(plan, sessions, height, width, owned), owned));

    /// <summary>Makes the executor for frames in tiles.</summary>
    /// <param name="plan">How the networks work together.</param>
    /// <param name="sessions">The networks, which must allow runs side by side if there are several lanes.</param>
    /// <param name="tiles">The tiles.</param>
    /// <param name="lanes">What runs them; it must outlive the executor.</param>
    /// <exception cref="ProviderFailedException">The provider cannot run the networks at that size.</exception>
    /// <exception cref="ModelPackageException">The maps are not what the manifest says.</exception>
    public static WindowExecutor Create(
        NetworkPlan plan, IReadOnlyDictionary<string, GraphSession> sessions, TilePlan tiles, WorkLanes lanes) =>
        Make<WindowExecutor>(owned =>
        {
            NetworkShapes shapes = Shapes(plan, sessions, tiles.Rows.Tile, tiles.Columns.Tile, owned);
            if (plan.States.Length > 0)
            {
                return new RecurrentExecutor(plan, sessions, shapes, tiles, lanes, owned);
            }

            WindowExecutor OfOneTile() => Make(own => Create(plan, sessions, shapes, own));
            return new TiledExecutor(tiles, OfOneTile, lanes, plan.Model.Manifest.Output, owned);
        });

    /// <summary>Notes that something goes with the executor.</summary>
    protected T Own<T>(T one)
        where T : IDisposable
    {
        owned.Push(one);
        return one;
    }

    private static WindowExecutor Create(
        NetworkPlan plan, IReadOnlyDictionary<string, GraphSession> sessions, NetworkShapes shapes, Stack<IDisposable> owned) =>
        plan.FeatureGraph is null
            ? new StackedExecutor(plan, sessions, shapes, owned)
            : new FeatureCacheExecutor(plan, sessions, shapes, owned);

    private static NetworkShapes Shapes(
        NetworkPlan plan, IReadOnlyDictionary<string, GraphSession> sessions, int height, int width, Stack<IDisposable> owned)
    {
        NetworkShapes shapes = NetworkShapes.Probe(plan, sessions, height, width);
        owned.Push(shapes);
        shapes.Check(plan.Model);
        return shapes;
    }

    private static T Make<T>(Func<Stack<IDisposable>, T> make)
    {
        var owned = new Stack<IDisposable>();
        try
        {
            return make(owned);
        }
        catch
        {
            // What a device has no memory left for must not keep the rest of it.
            DisposeAll(owned);
            throw;
        }
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
