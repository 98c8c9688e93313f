using MicroscopeStream.Core.Results;
using MicroscopeStream.Pipeline.Assembly;
using MicroscopeStream.Pipeline.Methods;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;

namespace MicroscopeStream.Pipeline.Tests.Support;

/// <summary>Finds five emitters in every frame and allocates nothing.</summary>
internal sealed class CheapMethod(int window, int lookAhead) : IMethodFactory, IReconstruction
{
    public MethodDescription Description { get; } = new()
    {
        Id = "cheap",
        Task = "localization",
        Title = "Finds five emitters in every frame",
        WindowFrames = window,
        LookAheadFrames = lookAhead,
    };

    public ProviderDecision Provider { get; } = new("auto", "cpu", []);

    public IReadOnlyList<SpecificationProblem> Check(SessionSpecification specification) => [];

    public IReadOnlyList<Notice> Warn(SessionSpecification specification) => [];

    public ValueTask<PreparedMethod> PrepareAsync(SessionSpecification specification, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new PreparedMethod(this, Provider, 0));

    public ValueTask ReconstructAsync(AssembledInput input, ReconstructionUpdate update, CancellationToken cancellationToken)
    {
        for (int i = 0; i < 5; i++)
        {
            update.Localizations.Add(new Localization { Frame = input.Sequence, X = 100 * i, Y = 200, Photons = 1000 });
        }

        return default;
    }

    public ValueTask DisposeAsync() => default;
}
