using MicroscopeStream.Pipeline.Assembly;
using MicroscopeStream.Pipeline.Methods;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;

namespace MicroscopeStream.Pipeline.Tests.Support;

/// <summary>A method that does what the test says, and remembers what it saw.</summary>
internal sealed class ProbeMethod : IMethodFactory, IReconstruction
{
    private readonly List<(long Sequence, string Neighbours)> _seen = [];

    public ProbeMethod(int window = 1, int lookAhead = 0, string task = "localization", FrameGrouping? group = null, bool givesDepth = false) => Description = new MethodDescription
    {
        Id = "probe",
        Version = "1.2.3",
        Task = task,
        Title = "Does what the test says",
        WindowFrames = window,
        LookAheadFrames = lookAhead,
        Group = group,
        GivesDepth = givesDepth,
    };

    public MethodDescription Description { get; }

    public ProviderDecision Provider { get; set; } = new("auto", "cpu", []);

    public Func<AssembledInput, ReconstructionUpdate, CancellationToken, ValueTask> OnFrame { get; set; } = static (_, _, _) => default;

    public Func<ReconstructionUpdate, ValueTask> OnFinish { get; set; } = static _ => default;

    public bool IsScaleFree { get; set; }

    public double ExpectedMsPerFrame { get; set; }

    public MethodDomain? Domain { get; set; }

    public long HeldBytes { get; set; }

    public IReadOnlyList<Notice> DomainWarnings { get; set; } = [];

    public Action OnDispose { get; set; } = static () => { };

    public int Disposed { get; private set; }

    /// <summary>Targets in their order, each with its window as a string: the frame's number, or a dot where it is missing.</summary>
    public IReadOnlyList<(long Sequence, string Neighbours)> Seen
    {
        get
        {
            lock (_seen)
            {
                return [.. _seen];
            }
        }
    }

    public IReadOnlyList<SpecificationProblem> Check(SessionSpecification specification) => [];

    public IReadOnlyList<Notice> Warn(SessionSpecification specification) => DomainWarnings;

    public ValueTask<PreparedMethod> PrepareAsync(SessionSpecification specification, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new PreparedMethod(this, Provider, ExpectedMsPerFrame) { Domain = Domain, HeldBytes = HeldBytes, IsScaleFree = IsScaleFree });

    public async ValueTask ReconstructAsync(AssembledInput input, ReconstructionUpdate update, CancellationToken cancellationToken)
    {
        var window = new List<string>();
        for (int offset = -(input.WindowFrames - 1 - input.LookAheadFrames); offset <= input.LookAheadFrames; offset++)
        {
            window.Add(input.Has(offset) ? input[offset].Header.Sequence.ToString(System.Globalization.CultureInfo.InvariantCulture) : ".");
        }

        lock (_seen)
        {
            _seen.Add((input.Sequence, string.Join(' ', window)));
        }

        await OnFrame(input, update, cancellationToken);
    }

    public ValueTask FinishAsync(ReconstructionUpdate update, CancellationToken cancellationToken) => OnFinish(update);

    public ValueTask DisposeAsync()
    {
        OnDispose();
        Disposed++;
        return default;
    }
}
