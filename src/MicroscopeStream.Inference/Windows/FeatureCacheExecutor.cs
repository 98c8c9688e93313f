using Microsoft.ML.OnnxRuntime;
using MicroscopeStream.Inference.Execution;

namespace MicroscopeStream.Inference.Windows;

/// <summary>
/// Two networks: one computes the features of a frame, once; the other joins the features of a window. Features stay where
/// they were written, in a ring as long as the window; there is one set of bindings for each place that the ring can stand at,
/// so moving on copies nothing and binds nothing (on a GPU, only what comes from the host is bound anew).
/// </summary>
internal sealed class FeatureCacheExecutor : WindowExecutor
{
    private readonly NetworkPlan _plan;
    private readonly GraphSession _frameSession;
    private readonly GraphSession _mapsSession;
    private readonly PinnedTensor _input;
    private readonly PinnedTensor[] _missing;
    private readonly Slot[] _slots;
    private readonly GraphBinding[] _frameBindings;
    private readonly GraphBinding[] _mapsBindings;
    private int _next;

    /// <param name="plan">How the networks work together.</param>
    /// <param name="sessions">The networks.</param>
    /// <param name="shapes">What they put out; it must outlive the executor.</param>
    /// <param name="owned">What goes with the executor.</param>
    public FeatureCacheExecutor(
        NetworkPlan plan, IReadOnlyDictionary<string, GraphSession> sessions, NetworkShapes shapes, Stack<IDisposable> owned)
        : base(owned)
    {
        _plan = plan;
        _frameSession = sessions[plan.FeatureGraph!];
        _mapsSession = sessions[plan.MapsGraph];
        _input = Own(new PinnedTensor([1, 1, shapes.Height, shapes.Width]));
        _missing = shapes.Missing;
        Maps = Own(new PinnedTensor(shapes.Maps));
        _slots = [.. Enumerable.Range(0, plan.Model.Manifest.Input.Frames).Select(_ => MakeSlot())];
        _frameBindings = [.. _slots.Select(BindFrame)];
        _mapsBindings = [.. Enumerable.Range(0, _slots.Length).Select(BindMaps)];
    }

    public override Span<float> Input => _input.Span;

    public override PinnedTensor Maps { get; }

    public override long OwnElements => _input.Length + Maps.Length + (_slots.Length * SharedElements);

    public override long SharedElements => _missing.Sum(one => (long)one.Length);

    public override void PushFrame()
    {
        if (_frameSession.HasOwnMemory)
        {
            _frameBindings[_next].BindInput(_plan.Input, _input.Value);
        }

        _frameBindings[_next].Run();
        _slots[_next].IsMissing = false;
        _next = (_next + 1) % _slots.Length;
    }

    public override void PushMissing()
    {
        _slots[_next].SetMissing(_missing);
        _next = (_next + 1) % _slots.Length;
    }

    public override void RunTarget()
    {
        GraphBinding binding = _mapsBindings[_next];
        if (_mapsSession.HasOwnMemory)
        {
            foreach ((string name, int feature, int position) in _plan.Context)
            {
                Slot slot = SlotAt(_next, position);
                binding.BindInput(name, slot.IsMissing ? _missing[feature].Value : slot.Values[feature]);
            }
        }

        binding.Run();
    }

    /// <summary>The slot at a position of the window, when the oldest frame's slot is <paramref name="oldest"/>.</summary>
    private Slot SlotAt(int oldest, int position) => _slots[(oldest + position) % _slots.Length];

    private GraphBinding BindFrame(Slot slot)
    {
        GraphBinding binding = Own(_frameSession.Bind());
        binding.BindInput(_plan.Input, _input.Value);
        for (int i = 0; i < _plan.Features.Length; i++)
        {
            binding.BindOutput(_plan.Features[i], slot.Values[i]);
        }

        return binding;
    }

    private GraphBinding BindMaps(int oldest)
    {
        GraphBinding binding = Own(_mapsSession.Bind());
        foreach ((string name, int feature, int position) in _plan.Context)
        {
            binding.BindInput(name, SlotAt(oldest, position).Values[feature]);
        }

        binding.BindOutput(_plan.MapsOutput, Maps.Value);
        return binding;
    }

    private Slot MakeSlot()
    {
        PinnedTensor[]? host = _frameSession.HasOwnMemory ? null : [.. _missing.Select(one => Own(new PinnedTensor(one.Shape)))];
        OrtValue[] values = host is null
            ? [.. _missing.Select(one => Own(_frameSession.AllocateOnDevice(one.Shape)))]
            : [.. host.Select(one => one.Value)];
        return new Slot(values, host);
    }

    /// <summary>The features of one frame, in the provider's memory: <paramref name="host"/> is null where that is not ours.</summary>
    private sealed class Slot(OrtValue[] values, PinnedTensor[]? host)
    {
        public OrtValue[] Values => values;

        public bool IsMissing { get; set; }

        public void SetMissing(PinnedTensor[] missing)
        {
            IsMissing = true;
            for (int i = 0; host is not null && i < host.Length; i++)
            {
                missing[i].Span.CopyTo(host[i].Span);
            }
        }
    }
}
