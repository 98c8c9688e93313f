using MicroscopeStream.Pipeline.Assembly;

namespace MicroscopeStream.Pipeline.Methods;

/// <summary>
/// The one interface of all methods: give it an assembled input, get an update. It belongs to one session, which calls it
/// for one input at a time, in the order of sequence numbers, and disposes it.
/// </summary>
public interface IReconstruction : IAsyncDisposable
{
    /// <summary>What it runs on now; changes when a provider fails and another takes over.</summary>
    ProviderDecision Provider { get; }

    /// <summary>
    /// Reconstructs one target frame. May run synchronously; should allocate nothing in steady state. Neighbours may be
    /// missing (<see cref="AssembledInput.Has"/>), at the ends and beside gaps.
    /// </summary>
    /// <param name="input">The window; valid until the call has completed.</param>
    /// <param name="update">Empty; gets the results. Valid until the call has completed.</param>
    /// <param name="cancellationToken">The session is aborted.</param>
    /// <exception cref="Exception">Anything thrown drops this one frame (cause: failed); the session goes on.</exception>
    ValueTask ReconstructAsync(AssembledInput input, ReconstructionUpdate update, CancellationToken cancellationToken);

    /// <summary>
    /// Called once after the last input, unless the session is aborted: brings what goes on in the background to its end, such as the
    /// verdict on the last image. Image, trust, facts and notices of the update are taken over; localizations are not. Default: nothing.
    /// </summary>
    /// <param name="update">Empty; gets what is left to tell. Valid until the call has completed.</param>
    /// <param name="cancellationToken">The session is aborted.</param>
    ValueTask FinishAsync(ReconstructionUpdate update, CancellationToken cancellationToken) => default;
}
