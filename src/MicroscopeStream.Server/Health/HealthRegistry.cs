using System.Collections.Immutable;
using MicroscopeStream.Contract.V1;
using Serving = MicroscopeStream.Contract.Health.HealthCheckResponse.Types.ServingStatus;

namespace MicroscopeStream.Server.Health;

/// <summary>Whether each service serves, and a way to wait for the next change.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class HealthRegistry
{
    private State _state = new(
        ImmutableDictionary.Create<string, Serving>(StringComparer.Ordinal)
            .Add("", Serving.NotServing)
            .Add(SessionService.Descriptor.FullName, Serving.NotServing)
            .Add(ModelService.Descriptor.FullName, Serving.NotServing));

    /// <summary>Whether the server as a whole serves.</summary>
    public bool IsServing => Find("").Status == Serving.Serving;

    /// <summary>The state of a service, null for an unknown one, and a task that completes at the next change of any.</summary>
    public (Serving? Status, Task Changed) Find(string service)
    {
        State state = Volatile.Read(ref _state);
        return (state.Services.TryGetValue(service, out Serving status) ? status : null, state.Changed.Task);
    }

    /// <summary>Sets every service.</summary>
    public void SetAll(bool serving)
    {
        State before = Volatile.Read(ref _state);
        Serving status = serving ? Serving.Serving : Serving.NotServing;
        var after = new State(before.Services.ToImmutableDictionary(s => s.Key, _ => status, StringComparer.Ordinal));
        Volatile.Write(ref _state, after);
        before.Changed.TrySetResult();
    }

    private sealed record State(ImmutableDictionary<string, Serving> Services)
    {
        public TaskCompletionSource Changed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
