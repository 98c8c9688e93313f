using System.Reflection;

namespace MicroscopeStream.ThirdParty.Tests.References;

/// <summary>
/// The whole public surface of the contract assemblies is the official one of 2.85.0, as read from the official assemblies'
/// metadata into the text files beside this test, one line per type or member.
/// </summary>
[TestFixtureSource(typeof(Assemblies), nameof(Assemblies.Contracts))]
public sealed class SurfaceTests(Assembly contract)
{
    [Test]
    public void Surface_is_the_official_one()
    {
        string name = contract.GetName().Name!;
        string[] official = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "References", $"{name}.surface.txt"));

        IEnumerable<string> ours = DefinitionReader.Read(contract.Location).Select(definition => definition.ToString());

        Assert.That(official, Is.Not.Empty.And.Unique);
        Assert.That(ours, Is.EquivalentTo(official));
    }
}
