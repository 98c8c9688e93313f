namespace Grpc.Core;

/// <summary>The server's end of a response stream. Returning from the handler completes it.</summary>
/// <typeparam name="T">The response message.</typeparam>
public interface IServerStreamWriter<in T> : IAsyncStreamWriter<T>
{
}
