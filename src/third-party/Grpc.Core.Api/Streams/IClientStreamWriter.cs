namespace Grpc.Core;

/// <summary>The client's end of a request stream.</summary>
/// <typeparam name="T">The request message.</typeparam>
public interface IClientStreamWriter<in T> : IAsyncStreamWriter<T>
{
    /// <summary>Says that no more requests follow. Only after every write has completed, and once.</summary>
    /// <returns>Completes when the engine has closed this side.</returns>
    Task CompleteAsync();
}
