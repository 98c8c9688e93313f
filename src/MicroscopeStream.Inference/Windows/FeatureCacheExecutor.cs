using Microsoft.ML.OnnxRuntime;
using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Inference.Providers;

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
    private readonly OrtIoBinding[] _frameBindings;
    private readonly OrtIoBinding[] _mapsBindings;
    private int _next;

    public FeatureCacheExecutor(NetworkPlan plan, IReadOnlyDictionary<string, GraphSession> sessions, int height, int width)
    {
        _plan = plan;
        _frameSession = sessions[plan.FeatureGraph!];
        _mapsSession = sessions[plan.MapsGraph];
        _input = new PinnedTensor([1, 1, height, width]);
        _missing = [.. _frameSession.RunOnce([(plan.Input, _input)], plan.Features).Select(one => MakeMissing(one.Shape, one.Values))];
        Maps = new PinnedTensor(
            _mapsSession.RunOnce(plan.Context.Select(one => (one.Name, _missing[one.Feature])), [plan.MapsOutput])[0].Shape);
        _slots = [.. Enumerable.Range(0, plan.Model.Manifest.Input.Frames).Select(_ => new Slot(_missing, _frameSession))];
        _frameBindings = [.. _slots.Select(BindFrame)];
        _mapsBindings = [.. Enumerable.Range(0, _slots.Length).Select(BindMaps)];
    }

    public override Span<float> Input => _input.Span;

    public override PinnedTensor Maps { get; }

    private bool OnHost => _frameSession.Provider == ExecutionProvider.Cpu;

    public override void PushFrame()
    {
        if (!OnHost)
        {
            // A device copies its input when it is bound, not when it runs.
            _frameBindings[_next].BindInput(_plan.Input, _input.Value);
        }

        _frameSession.Run(_frameBindings[_next]);
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
        OrtIoBinding binding = _mapsBindings[_next];
        if (!OnHost)
        {
            foreach ((string name, int feature, int position) in _plan.Context)
            {
                Slot slot = SlotAt(_next, position);
                binding.BindInput(name, slot.IsMissing ? _missing[feature].Value : slot.Values[feature]);
            }
        }

        _mapsSession.Run(binding);
    }

    public override void Dispose()
    {
        // Bindings first: they hold on to the tensors.
        foreach (IDisposable one in (IDisposable[])[.. _frameBindings, .. _mapsBindings, .. _slots, .. _missing, _input, Maps])
        {
            one.Dispose();
        }
    }

    private PinnedTensor MakeMissing(long[] shape, float[] ofZeroFrame)
    {
        var tensor = new PinnedTensor(shape);
        if (_plan.Model.Manifest.Input.MissingFrame == MissingFrame.ZeroFrame)
        {
            ofZeroFrame.CopyTo(tensor.Span);
        }

        return tensor;
    }

    /// <summary>The slot at a position of the window, when the oldest frame's slot is <paramref name="oldest"/>.</summary>
    private Slot SlotAt(int oldest, int position) => _slots[(oldest + position) % _slots.Length];

    private OrtIoBinding BindFrame(Slot slot)
    {
        OrtIoBinding binding = _frameSession.Bind();
        binding.BindInput(_plan.Input, _input.Value);
        for (int i = 0; i < _plan.Features.Length; i++)
        {
            binding.BindOutput(_plan.Features[i], slot.Values[i]);
        }

        return binding;
    }

    private OrtIoBinding BindMaps(int oldest)
    {
        OrtIoBinding binding = _mapsSession.Bind();
        foreach ((string name, int feature, int position) in _plan.Context)
        {
            binding.BindInput(name, SlotAt(oldest, position).Values[feature]);
        }

        binding.BindOutput(_plan.MapsOutput, Maps.Value);
        return binding;
    }

    /// <summary>The features of one frame, in the provider's memory.</summary>
    private sealed class Slot : IDisposable
    {
        private readonly PinnedTensor[]? _host;

        public Slot(PinnedTensor[] like, GraphSession session)
        {
            _host = session.Provider == ExecutionProvider.Cpu ? [.. like.Select(one => new PinnedTensor(one.Shape))] : null;
            Values = _host is null ? [.. like.Select(one => session.AllocateOnDevice(one.Shape))] : [.. _host.Select(one => one.Value)];
        }

        public OrtValue[] Values { get; }

        public bool IsMissing { get; set; }

        public void SetMissing(PinnedTensor[] missing)
        {
            IsMissing = true;
            for (int i = 0; _host is not null && i < _host.Length; i++)
            {
                missing[i].Span.CopyTo(_host[i].Span);
            }
        }

        public void Dispose()
        {
            foreach (OrtValue value in Values)
            {
                value.Dispose();
            }
        }
    }
}
