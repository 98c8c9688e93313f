using MicroscopeStream.Pipeline.Assembly;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;

namespace MicroscopeStream.Pipeline.Methods;

/// <summary>
/// The method <c>none</c>: nothing is reconstructed. The session still calibrates, counts, and shows the widefield mean;
/// for focusing, for measuring the service without a method, and as the honest zero that others are compared with.
/// </summary>
public sealed class WidefieldMean : IReconstruction
{
    /// <summary>Its id.</summary>
    public const string Id = "none";

    /// <summary>Makes one.</summary>
    /// <param name="requestedProvider">The provider that was asked for; it needs none.</param>
    public WidefieldMean(string requestedProvider) => Provider = ProviderDecision.Cpu(requestedProvider);

    /// <inheritdoc/>
    public ProviderDecision Provider { get; }

    /// <inheritdoc/>
    public ValueTask ReconstructAsync(AssembledInput input, ReconstructionUpdate update, CancellationToken cancellationToken) => default;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => default;
}

/// <summary>Makes <see cref="WidefieldMean"/>.</summary>
public sealed class WidefieldMeanFactory : IMethodFactory
{
    /// <inheritdoc/>
    public MethodDescription Description { get; } = new()
    {
        Id = WidefieldMean.Id,
        Task = "image",
        Title = "No reconstruction: calibrated frames and their widefield mean",
    };

    /// <inheritdoc/>
    public IReadOnlyList<SpecificationProblem> Check(SessionSpecification specification) => [.. MethodParameters.None(specification)];

    /// <inheritdoc/>
    public IReadOnlyList<Notice> Warn(SessionSpecification specification) => [];

    /// <inheritdoc/>
    public ValueTask<PreparedMethod> PrepareAsync(SessionSpecification specification, CancellationToken cancellationToken)
    {
        var method = new WidefieldMean(specification.Method.Provider);
        return ValueTask.FromResult(new PreparedMethod(method, method.Provider, 0) { Output = specification.Acquisition.Grid });
    }
}
