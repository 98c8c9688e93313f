namespace Grpc.Core;

/// <summary>For engines: learns what a <see cref="ChannelCredentials"/> consists of.</summary>
public abstract class ChannelCredentialsConfiguratorBase
{
    /// <summary>The channel is plain text.</summary>
    /// <param name="state">As given to <see cref="ChannelCredentials.InternalPopulateConfiguration"/>.</param>
    public abstract void SetInsecureCredentials(object state);

    /// <summary>The channel uses TLS.</summary>
    /// <param name="state">As given to <see cref="ChannelCredentials.InternalPopulateConfiguration"/>.</param>
    /// <param name="rootCertificates">Trusted roots as PEM; null for the system's.</param>
    /// <param name="keyCertificatePair">The client's certificate; null for none.</param>
    /// <param name="verifyPeerCallback">An additional check of the server; null for none.</param>
    public abstract void SetSslCredentials(
        object state,
        string? rootCertificates,
        KeyCertificatePair? keyCertificatePair,
        VerifyPeerCallback? verifyPeerCallback);

    /// <summary>The channel is secured and adds credentials to each call.</summary>
    /// <param name="state">As given to <see cref="ChannelCredentials.InternalPopulateConfiguration"/>.</param>
    /// <param name="channelCredentials">Of the connection.</param>
    /// <param name="callCredentials">Of each call.</param>
    public abstract void SetCompositeCredentials(
        object state, ChannelCredentials channelCredentials, CallCredentials callCredentials);
}
