using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>How a channel secures its connection. Immutable and thread-safe.</summary>
public abstract class ChannelCredentials
{
    /// <summary>Creates credentials; for engines with their own kinds.</summary>
    public ChannelCredentials()
    {
    }

    /// <summary>No security: plain text.</summary>
    public static ChannelCredentials Insecure { get; } = new InsecureChannelCredentials();

    /// <summary>TLS with the system's root certificates.</summary>
    public static ChannelCredentials SecureSsl { get; } = new SslCredentials();

    /// <summary>
    /// Joins the security of a channel with credentials for each call on it. Whether they may go over a channel that does not
    /// encrypt is for the engine to say; unless told otherwise it leaves them out there.
    /// </summary>
    /// <param name="channelCredentials">Of the connection.</param>
    /// <param name="callCredentials">Credentials for each call.</param>
    /// <returns>The joined credentials.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
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
        }

        public override void InternalPopulateConfiguration(ChannelCredentialsConfiguratorBase configurator, object state)
            => configurator.SetCompositeCredentials(state, _channelCredentials, _callCredentials);
    }
}
