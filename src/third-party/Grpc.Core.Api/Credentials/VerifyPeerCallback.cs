namespace Grpc.Core;

/// <summary>Checks a server once more after the usual TLS checks have passed.</summary>
/// <param name="context">The server.</param>
/// <returns>True to go on; false to refuse the connection.</returns>
public delegate bool VerifyPeerCallback(VerifyPeerContext context);
