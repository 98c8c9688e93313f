namespace Grpc.Core.Interceptors;

/// <summary>
/// Sees calls pass, on the client before they start and on the server around their handlers.
/// Every hook passes its call on unchanged unless overridden. One instance may serve many calls at once.
/// </summary>
public abstract partial class Interceptor
{
}
