using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>How a channel secures its connection. Immutable and thread-safe.</summary>
public abstract class ChannelCredentials
{
    /// <summary>No security: plain text.</summary>
    public static ChannelCredentials Insecure { get; } = new InsecureChannelCredentials();

    /// <summary>TLS with the system's root certificates.</summary>
    public static ChannelCredentials SecureSsl { get; } = new SslCredentials();

    // Call credentials are secrets: they may be joined only to a channel that encrypts.
    internal virtual bool IsComposable => false;

    /// <summary>Joins the security of a channel with credentials for each call on it.</summary>
    /// <param name="channelCredentials">TLS credentials.</param>
    /// <param name="callCredentials">Credentials for each call.</param>
    /// <returns>The joined credentials.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">The channel credentials do not encrypt, or are joined already.</exception>
    public static ChannelCredentials Create(ChannelCredentials channelCredentials, CallCredentials callCredentials)
        => new CompositeChannelCredentials(channelCredentials, callCredentials);

    /// <summary>For engines: tells a configurator what these credentials consist of.</summary>
    /// <param name="configurator">Told once.</param>
    /// <param name="state">Passed through.</param>
    public abstract void InternalPopulateConfiguration(ChannelCredentialsConfiguratorBase configurator, object state);

    private sealed class InsecureChannelCredentials : ChannelCredentials
    {
        public override void InternalPopulateConfiguration(ChannelCredentialsConfiguratorBase configurator, object state)
            => configurator.SetInsecureCredentials(state);
    }

    private sealed class CompositeChannelCredentials : ChannelCredentials
    {
        private readonly ChannelCredentials _channelCredentials;
        private readonly CallCredentials _callCredentials;

        public CompositeChannelCredentials(ChannelCredentials channelCredentials, CallCredentials callCredentials)
        {
            _channelCredentials = GrpcPreconditions.CheckNotNull(channelCredentials, nameof(channelCredentials));
            _callCredentials = GrpcPreconditions.CheckNotNull(callCredentials, nameof(callCredentials));
            GrpcPreconditions.CheckArgument(
                channelCredentials.IsComposable,
                $"Call credentials cannot be joined to {channelCredentials.GetType().Name}; they need a channel that encrypts.");
        }

        public override void InternalPopulateConfiguration(ChannelCredentialsConfiguratorBase configurator, object state)
            => configurator.SetCompositeCredentials(state, _channelCredentials, _callCredentials);
    }
}
