namespace Grpc.Core;

/// <summary>
/// Carries deadline and cancellation of the call being handled to the calls it makes. Opaque: only an engine makes and reads it,
/// and the engine on Kestrel passes context on in its client factory instead and makes none.
/// </summary>
public abstract class ContextPropagationToken
{
    internal ContextPropagationToken()
    {
    }
}
