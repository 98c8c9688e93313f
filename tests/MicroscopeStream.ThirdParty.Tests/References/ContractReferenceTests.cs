namespace MicroscopeStream.ThirdParty.Tests.References;

/// <summary>Everything that the official engine's assemblies expect of the contract assemblies is there, with the same signature.</summary>
public sealed class ContractReferenceTests
{
    private static readonly HashSet<ContractReference> Offered =
        [.. Assemblies.Contracts.SelectMany(assembly => DefinitionReader.Read(assembly.Location))];

    [TestCaseSource(nameof(EngineReferences))]
    public void Reference_resolves(string engine, object reference)
        => Assert.That(Offered, Does.Contain((ContractReference)reference), $"{engine} needs it");

    [TestCase("Grpc.AspNetCore.Server", "Grpc.Core.Metadata", "instance System.Void Add(System.String, System.Byte[])")]
    [TestCase("Grpc.AspNetCore.Server", "Grpc.Core.RpcException", "instance Grpc.Core.Status get_Status()")]
    [TestCase("Grpc.Net.Client", "Grpc.Core.Status", "field Grpc.Core.Status DefaultSuccess")]
    [TestCase("Grpc.Net.Client", "Grpc.Core.ConnectivityState", null)]
    public void Reader_finds_the_references_that_are_known_to_exist(string engine, string type, string? member)
        => Assert.That(ReferencesOf(engine).Where(found => found.Type == type).Select(found => found.Member), Does.Contain(member));

    [TestCase("Grpc.AspNetCore.Server", 101)]
    [TestCase("Grpc.Net.Client", 101)]
    public void Reader_finds_all_references_of_version_2_85_0(string engine, int count)
        => Assert.That(ReferencesOf(engine), Has.Count.EqualTo(count));

    [Test]
    public void Reference_to_another_signature_does_not_resolve()
    {
        var known = new ContractReference("Grpc.Core.Api", "Grpc.Core.Metadata", "instance System.Void Add(System.String, System.Byte[])");

        Assert.That(Offered, Does.Contain(known));
        Assert.That(Offered, Does.Not.Contain(known with { Member = "instance System.Void Add(System.String, System.Int32)" }));
        Assert.That(Offered, Does.Not.Contain(known with { Member = "static System.Void Add(System.String, System.Byte[])" }));
        Assert.That(Offered, Does.Not.Contain(known with { Assembly = "Grpc.Net.Common" }));
    }

    private static IEnumerable<TestCaseData> EngineReferences()
        => from engine in Assemblies.Engine
           let name = engine.GetName().Name!
           from reference in ReferencesOf(name)
           select new TestCaseData(name, reference).SetArgDisplayNames(name, reference.ToString());

    private static IReadOnlyList<ContractReference> ReferencesOf(string engine)
        => ReferenceReader.Read(
            Assemblies.Engine.Single(assembly => assembly.GetName().Name == engine).Location, Assemblies.ContractNames);
}
