using Grpc.Core.Utils;

namespace Grpc.Core.Interceptors;

/// <summary>Puts interceptors in front of an invoker. Stateless and thread-safe.</summary>
public static class CallInvokerExtensions
{
    /// <summary>Puts an interceptor in front: it sees each call before those put there earlier.</summary>
    /// <param name="invoker">The invoker.</param>
    /// <param name="interceptor">The interceptor.</param>
    /// <returns>A new invoker.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static CallInvoker Intercept(this CallInvoker invoker, Interceptor interceptor)
        => new InterceptingCallInvoker(
            GrpcPreconditions.CheckNotNull(invoker, nameof(invoker)),
            GrpcPreconditions.CheckNotNull(interceptor, nameof(interceptor)));

    /// <summary>Puts interceptors in front: the first in the list sees each call first.</summary>
    /// <param name="invoker">The invoker.</param>
    /// <param name="interceptors">The interceptors.</param>
    /// <returns>A new invoker, or <paramref name="invoker"/> for an empty list.</returns>
    /// <exception cref="ArgumentNullException">An argument or an interceptor is null.</exception>
    public static CallInvoker Intercept(this CallInvoker invoker, params Interceptor[] interceptors)
    {
        CallInvoker intercepted = GrpcPreconditions.CheckNotNull(invoker, nameof(invoker));
        GrpcPreconditions.CheckNotNull(interceptors, nameof(interceptors));
        for (int i = interceptors.Length - 1; i >= 0; i--)
        {
            intercepted = intercepted.Intercept(interceptors[i]);
        }

        return intercepted;
    }

    /// <summary>Puts a function in front that changes the request headers of each call.</summary>
    /// <param name="invoker">The invoker.</param>
    /// <param name="interceptor">
    /// Given the headers so far (new and empty where there were none), gives those to send.
    /// </param>
    /// <returns>A new invoker.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static CallInvoker Intercept(this CallInvoker invoker, Func<Metadata, Metadata> interceptor)
        => invoker.Intercept(new MetadataInterceptor(GrpcPreconditions.CheckNotNull(interceptor, nameof(interceptor))));
}
