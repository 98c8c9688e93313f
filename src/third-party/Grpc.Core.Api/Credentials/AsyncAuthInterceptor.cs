namespace Grpc.Core;

/// <summary>Adds a call's credentials to its request headers, for example a fresh token.</summary>
/// <param name="context">Which call.</param>
/// <param name="metadata">The request headers to add to.</param>
/// <returns>Completes when the headers are ready.</returns>
public delegate Task AsyncAuthInterceptor(AuthInterceptorContext context, Metadata metadata);
