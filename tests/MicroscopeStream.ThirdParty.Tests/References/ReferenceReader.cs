using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace MicroscopeStream.ThirdParty.Tests.References;

/// <summary>Reads what an assembly file expects of other assemblies, from its metadata tables.</summary>
internal static class ReferenceReader
{
    /// <summary>Reads all type and member references to some assemblies, without repetition.</summary>
    public static IReadOnlyList<ContractReference> Read(string path, IReadOnlyCollection<string> assemblies)
    {
        using var file = new PEReader(File.OpenRead(path));
        MetadataReader reader = file.GetMetadataReader();
        IEnumerable<ContractReference> types = reader.TypeReferences.Select(handle => OfType(reader, handle));
        IEnumerable<ContractReference> members = reader.MemberReferences
            .Select(handle => OfMember(reader, reader.GetMemberReference(handle)))
            .OfType<ContractReference>();
        return [.. types.Concat(members).Where(reference => assemblies.Contains(reference.Assembly)).Distinct()];
    }

    private static ContractReference OfType(MetadataReader reader, TypeReferenceHandle handle)
        => new(AssemblyOf(reader, handle), SignatureText.Instance.GetTypeFromReference(reader, handle, 0), null);

    private static ContractReference? OfMember(MetadataReader reader, MemberReference member)
    {
        if (DeclaringType(reader, member.Parent) is not { } type)
        {
            return null;
        }

        string name = reader.GetString(member.Name);
        string text = member.GetKind() == MemberReferenceKind.Field
            ? SignatureText.OfField(name, member.DecodeFieldSignature(SignatureText.Instance, null))
            : SignatureText.OfMethod(name, member.DecodeMethodSignature(SignatureText.Instance, null));
        return OfType(reader, type) with { Member = text };
    }

    // The parent of a generic type's member is a specification: GENERICINST (0x15), CLASS or VALUETYPE, the generic type.
    // Source: ECMA-335, II.23.2.14. Members of arrays and of own types have no declaring type elsewhere.
    private static TypeReferenceHandle? DeclaringType(MetadataReader reader, EntityHandle parent)
    {
        if (parent.Kind == HandleKind.TypeReference)
        {
            return (TypeReferenceHandle)parent;
        }

        if (parent.Kind != HandleKind.TypeSpecification)
        {
            return null;
        }

        BlobReader signature = reader.GetBlobReader(reader.GetTypeSpecification((TypeSpecificationHandle)parent).Signature);
        if (signature.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance)
        {
            return null;
        }

        signature.ReadByte();
        EntityHandle generic = signature.ReadTypeHandle();
        return generic.Kind == HandleKind.TypeReference ? (TypeReferenceHandle)generic : null;
    }

    private static string AssemblyOf(MetadataReader reader, TypeReferenceHandle handle)
    {
        EntityHandle scope = reader.GetTypeReference(handle).ResolutionScope;
        return scope.Kind switch
        {
            HandleKind.TypeReference => AssemblyOf(reader, (TypeReferenceHandle)scope),
            HandleKind.AssemblyReference => reader.GetString(reader.GetAssemblyReference((AssemblyReferenceHandle)scope).Name),
            _ => string.Empty,
        };
    }
}
