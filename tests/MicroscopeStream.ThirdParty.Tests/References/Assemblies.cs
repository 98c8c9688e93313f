using System.Reflection;
using Grpc.Core;
using Grpc.Net.Client;

namespace MicroscopeStream.ThirdParty.Tests.References;

/// <summary>The assemblies in question, as loaded here.</summary>
internal static class Assemblies
{
    /// <summary>The official engine from NuGet.</summary>
    public static readonly IReadOnlyList<Assembly> Engine =
        [typeof(GrpcEndpointRouteBuilderExtensions).Assembly, typeof(GrpcChannel).Assembly];

    /// <summary>The contracts: ours, or the official ones with GrpcContracts=Package.</summary>
    public static readonly IReadOnlyList<Assembly> Contracts = [typeof(Metadata).Assembly, typeof(ConnectivityState).Assembly];

    public static readonly IReadOnlyList<string> ContractNames = ["Grpc.Core.Api", "Grpc.Net.Common"];
}
