using System.Reflection;

namespace MicroscopeStream.ThirdParty.Tests.References;

/// <summary>The classes of the official engine that derive from contract types load, and override what they mean to.</summary>
[TestFixtureSource(typeof(Assemblies), nameof(Assemblies.Engine))]
public sealed class EngineTypeTests(Assembly engine)
{
    private const BindingFlags Declared =
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    [Test]
    public void Every_type_loads()
        => Assert.That(engine.GetTypes, Throws.Nothing, "an abstract member without implementation, or a missing base, fails here");

    // A method that reuses a slot and finds no base method of its signature silently becomes a new method.
    [Test]
    public void Every_override_finds_its_base_method()
    {
        MethodInfo[] overrides =
        [
            .. engine.GetTypes()
                .Where(DerivesFromContract)
                .SelectMany(type => type.GetMethods(Declared))
                .Where(method => method.IsVirtual && (method.Attributes & MethodAttributes.NewSlot) == 0),
        ];

        Assert.That(overrides, Has.Length.GreaterThan(10));
        Assert.That(overrides.Where(method => method.GetBaseDefinition() == method), Is.Empty);
    }

    [Test]
    public void Contract_identity_is_the_one_asked_for()
    {
        AssemblyName[] asked = [.. engine.GetReferencedAssemblies().Where(name => Assemblies.ContractNames.Contains(name.Name))];

        Assert.That(asked, Has.Length.EqualTo(2));
        foreach (AssemblyName name in asked)
        {
            AssemblyName given = Assemblies.Contracts.Select(assembly => assembly.GetName()).Single(given => given.Name == name.Name);
            Assert.That(given.Version, Is.EqualTo(name.Version));
            Assert.That(given.GetPublicKeyToken(), Is.EqualTo(name.GetPublicKeyToken()).And.Not.Empty);
            Assert.That(given.GetPublicKey(), Is.EqualTo(engine.GetName().GetPublicKey()));
        }
    }

    private static bool DerivesFromContract(Type type)
        => type.BaseType is { } parent && (Assemblies.Contracts.Contains(parent.Assembly) || DerivesFromContract(parent));
}
