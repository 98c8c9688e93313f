namespace Grpc.Core;

/// <summary>For engines: learns what a <see cref="CallCredentials"/> consists of.</summary>
public abstract class CallCredentialsConfiguratorBase
{
    /// <summary>The credentials are several, joined.</summary>
    /// <param name="state">As given to <see cref="CallCredentials.InternalPopulateConfiguration"/>.</param>
    /// <param name="credentials">The parts, in order.</param>
    public abstract void SetCompositeCredentials(object? state, IReadOnlyList<CallCredentials> credentials);

    /// <summary>The credentials are a function that adds headers.</summary>
    /// <param name="state">As given to <see cref="CallCredentials.InternalPopulateConfiguration"/>.</param>
    /// <param name="interceptor">The function.</param>
    public abstract void SetAsyncAuthInterceptorCredentials(object? state, AsyncAuthInterceptor interceptor);
}
