namespace MicroscopeStream.ThirdParty.Tests.References;

/// <summary>A type, or a member of it, that an assembly expects in another.</summary>
/// <param name="Assembly">The other assembly.</param>
/// <param name="Type">The full name of the type.</param>
/// <param name="Member">The member with its signature; null for the type itself.</param>
internal sealed record ContractReference(string Assembly, string Type, string? Member)
{
    public override string ToString() => Member is null ? Type : $"{Type}: {Member}";
}
