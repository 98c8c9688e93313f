using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace MicroscopeStream.ThirdParty.Tests.References;

/// <summary>Reads what an assembly file offers to others: its public types and their public and protected members.</summary>
internal static class DefinitionReader
{
    public static IReadOnlySet<ContractReference> Read(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        MetadataReader reader = file.GetMetadataReader();
        string assembly = reader.GetString(reader.GetAssemblyDefinition().Name);
        var definitions = new HashSet<ContractReference>();
        foreach (TypeDefinitionHandle handle in reader.TypeDefinitions.Where(handle => IsVisible(reader, handle)))
        {
            string type = SignatureText.Instance.GetTypeFromDefinition(reader, handle, 0);
            definitions.Add(new ContractReference(assembly, type, null));
            foreach (string member in Members(reader, reader.GetTypeDefinition(handle)))
            {
                definitions.Add(new ContractReference(assembly, type, member));
            }
        }

        return definitions;
    }

    private static IEnumerable<string> Members(MetadataReader reader, TypeDefinition type)
    {
        foreach (MethodDefinitionHandle handle in type.GetMethods())
        {
            MethodDefinition method = reader.GetMethodDefinition(handle);
            if (IsVisible((FieldAttributes)(method.Attributes & MethodAttributes.MemberAccessMask)))
            {
                yield return SignatureText.OfMethod(
                    reader.GetString(method.Name), method.DecodeSignature(SignatureText.Instance, null));
            }
        }

        foreach (FieldDefinitionHandle handle in type.GetFields())
        {
            FieldDefinition field = reader.GetFieldDefinition(handle);
            if (IsVisible(field.Attributes & FieldAttributes.FieldAccessMask))
            {
                yield return SignatureText.OfField(
                    reader.GetString(field.Name), field.DecodeSignature(SignatureText.Instance, null));
            }
        }
    }

    private static bool IsVisible(MetadataReader reader, TypeDefinitionHandle handle)
    {
        TypeDefinition type = reader.GetTypeDefinition(handle);
        return (type.Attributes & TypeAttributes.VisibilityMask) switch
        {
            TypeAttributes.Public => true,
            TypeAttributes.NestedPublic or TypeAttributes.NestedFamily or TypeAttributes.NestedFamORAssem =>
                IsVisible(reader, type.GetDeclaringType()),
            _ => false,
        };
    }

    // Fields and methods have the same access values. Source: ECMA-335, II.23.1.5 and II.23.1.10.
    private static bool IsVisible(FieldAttributes access)
        => access is FieldAttributes.Public or FieldAttributes.Family or FieldAttributes.FamORAssem;
}
