using System.Reflection;
using Grpc.Core;

namespace MicroscopeStream.ThirdParty.Tests.Contracts;

/// <summary>Tells which contract assemblies this run has.</summary>
internal static class StandIns
{
    /// <summary>True with GrpcContracts=Package. The official assemblies name their company; ours names this project.</summary>
    public static bool AreOfficial { get; } =
        typeof(Metadata).Assembly.GetCustomAttribute<AssemblyProductAttribute>()?.Product != "MicroscopeStream";
}
