using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>Credentials that travel with each call, as request headers. Immutable and thread-safe.</summary>
public abstract class CallCredentials
{
    /// <summary>Joins credentials; each adds its headers, in order.</summary>
    /// <param name="credentials">Two or more.</param>
    /// <returns>The joined credentials.</returns>
    /// <exception cref="ArgumentNullException">The array or an element is null.</exception>
    /// <exception cref="ArgumentException">Fewer than two.</exception>
    public static CallCredentials Compose(params CallCredentials[] credentials) => new CompositeCallCredentials(credentials);

    /// <summary>Makes credentials from a function that adds headers.</summary>
    /// <param name="interceptor">The function.</param>
    /// <returns>The credentials.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="interceptor"/> is null.</exception>
    public static CallCredentials FromInterceptor(AsyncAuthInterceptor interceptor)
        => new InterceptorCallCredentials(interceptor);

    /// <summary>For engines: tells a configurator what these credentials consist of.</summary>
    /// <param name="configurator">Told once.</param>
    /// <param name="state">Passed through.</param>
    public abstract void InternalPopulateConfiguration(CallCredentialsConfiguratorBase configurator, object? state);

    private sealed class CompositeCallCredentials : CallCredentials
    {
        private readonly IReadOnlyList<CallCredentials> _credentials;

        public CompositeCallCredentials(CallCredentials[] credentials)
        {
            GrpcPreconditions.CheckNotNull(credentials, nameof(credentials));
            GrpcPreconditions.CheckArgument(credentials.Length >= 2, "Composing takes two or more call credentials.");
            foreach (CallCredentials one in credentials)
            {
                GrpcPreconditions.CheckNotNull(one, nameof(credentials));
            }

            _credentials = Array.AsReadOnly((CallCredentials[])credentials.Clone());
        }

        public override void InternalPopulateConfiguration(CallCredentialsConfiguratorBase configurator, object? state)
            => configurator.SetCompositeCredentials(state, _credentials);
    }

    private sealed class InterceptorCallCredentials(AsyncAuthInterceptor interceptor) : CallCredentials
    {
        private readonly AsyncAuthInterceptor _interceptor = GrpcPreconditions.CheckNotNull(interceptor, nameof(interceptor));

        public override void InternalPopulateConfiguration(CallCredentialsConfiguratorBase configurator, object? state)
            => configurator.SetAsyncAuthInterceptorCredentials(state, _interceptor);
    }
}
