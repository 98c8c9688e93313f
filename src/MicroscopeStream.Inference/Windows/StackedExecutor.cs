using MicroscopeStream.Inference.Execution;

namespace MicroscopeStream.Inference.Windows;

/// <summary>
/// One network that takes the whole window as [1, frames, H, W]. Every frame is kept twice, a window's length apart, so that
/// any window lies in one piece and none is ever moved.
/// </summary>
internal sealed class StackedExecutor : WindowExecutor
{
    private readonly GraphSession _session;
    private readonly string _input;
    private readonly float[] _frames;
    private readonly int _count;
    private readonly int _plane;
    private readonly PinnedTensor[] _windows;
    private readonly GraphBinding[] _bindings;
    private int _next;

    /// <param name="plan">How the networks work together.</param>
    /// <param name="sessions">The networks.</param>
    /// <param name="shapes">What they put out.</param>
    /// <param name="owned">What goes with the executor.</param>
    public StackedExecutor(
        NetworkPlan plan, IReadOnlyDictionary<string, GraphSession> sessions, NetworkShapes shapes, Stack<IDisposable> owned)
        : base(owned)
    {
        _session = sessions[plan.MapsGraph];
        _input = plan.Input;
        _count = plan.Model.Manifest.Input.Frames;
        _plane = shapes.Height * shapes.Width;
        _frames = GC.AllocateArray<float>(2 * _count * _plane, pinned: true);
        long[] shape = plan.ChannelsLast ? [1, shapes.Height, shapes.Width, 1] : [1, _count, shapes.Height, shapes.Width];
        _windows = [.. Enumerable.Range(0, _count).Select(start => Own(new PinnedTensor(_frames, start * _plane, shape)))];
        Maps = Own(plan.ChannelsLast ? PinnedTensor.ChannelsLast(shapes.Maps) : new PinnedTensor(shapes.Maps));
        _bindings = [.. _windows.Select(window =>
        {
            GraphBinding binding = Own(_session.Bind());
            binding.BindInput(_input, window.Value);
            binding.BindOutput(plan.MapsOutput, Maps.Value);
            return binding;
        })];
    }

    public override Span<float> Input => _frames.AsSpan(_next * _plane, _plane);

    public override PinnedTensor Maps { get; }

    public override long OwnElements => _frames.Length + Maps.Length;

    public override void PushFrame()
    {
        Input.CopyTo(Mirror);
        _next = (_next + 1) % _count;
    }

    public override void PushMissing()
    {
        Input.Clear();
        Mirror.Clear();
        _next = (_next + 1) % _count;
    }

    public override void RunTarget()
    {
        // The next frame's place is the oldest's: the window begins there.
        if (_session.HasOwnMemory)
        {
            _bindings[_next].BindInput(_input, _windows[_next].Value);
        }

        _bindings[_next].Run();
    }

    private Span<float> Mirror => _frames.AsSpan((_next + _count) * _plane, _plane);
}
