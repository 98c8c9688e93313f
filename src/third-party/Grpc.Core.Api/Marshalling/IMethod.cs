namespace Grpc.Core;

/// <summary>A method of a service, without its message types.</summary>
public interface IMethod
{
    /// <summary>Which side streams.</summary>
    MethodType Type { get; }

    /// <summary>The service with its package, for example <c>grpc.health.v1.Health</c>.</summary>
    string ServiceName { get; }

    /// <summary>The method alone, for example <c>Check</c>.</summary>
    string Name { get; }

    /// <summary>The path of the call, for example <c>/grpc.health.v1.Health/Check</c>.</summary>
    string FullName { get; }
}
