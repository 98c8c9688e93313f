using Grpc.Core.Utils;

namespace Grpc.Core.Interceptors;

/// <summary>Puts interceptors in front of a channel. Stateless and thread-safe.</summary>
public static class ChannelExtensions
{
    /// <summary>Puts an interceptor in front of the channel.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="interceptor">The interceptor.</param>
    /// <returns>An invoker on the channel.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static CallInvoker Intercept(this ChannelBase channel, Interceptor interceptor)
        => Invoker(channel).Intercept(interceptor);

    /// <summary>Puts interceptors in front of the channel: the first in the list sees each call first.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="interceptors">The interceptors.</param>
    /// <returns>An invoker on the channel.</returns>
    /// <exception cref="ArgumentNullException">An argument or an interceptor is null.</exception>
    public static CallInvoker Intercept(this ChannelBase channel, params Interceptor[] interceptors)
        => Invoker(channel).Intercept(interceptors);

    /// <summary>Puts a function in front of the channel that changes the request headers of each call.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="interceptor">
    /// Given the headers so far (new and empty where there were none), gives those to send.
    /// </param>
    /// <returns>An invoker on the channel.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static CallInvoker Intercept(this ChannelBase channel, Func<Metadata, Metadata> interceptor)
        => Invoker(channel).Intercept(interceptor);

    private static CallInvoker Invoker(ChannelBase channel)
        => GrpcPreconditions.CheckNotNull(channel, nameof(channel)).CreateCallInvoker();
}
