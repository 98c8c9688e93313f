using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>A certificate chain and its private key, both PEM. Immutable and thread-safe.</summary>
public sealed class KeyCertificatePair
{
    /// <summary>Pairs a chain with its key.</summary>
    /// <param name="certificateChain">PEM, own certificate first.</param>
    /// <param name="privateKey">PEM.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public KeyCertificatePair(string certificateChain, string privateKey)
    {
        CertificateChain = GrpcPreconditions.CheckNotNull(certificateChain, nameof(certificateChain));
        PrivateKey = GrpcPreconditions.CheckNotNull(privateKey, nameof(privateKey));
    }

    /// <summary>The chain, PEM, own certificate first.</summary>
    public string CertificateChain { get; }

    /// <summary>The key, PEM. A secret: do not log it.</summary>
    public string PrivateKey { get; }
}
