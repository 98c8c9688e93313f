using System.Text;
using Google.Protobuf.Reflection;

namespace MicroscopeStream.Contract.Tests.Protocol;

/// <summary>Writes <c>docs/reference/protocol.md</c> from the protos' comments.</summary>
internal static class ReferencePage
{
    // Field numbers of FileDescriptorProto, DescriptorProto, EnumDescriptorProto and ServiceDescriptorProto, which comments are addressed by.
    private const int FileMessages = 4;
    private const int FileEnums = 5;
    private const int FileServices = 6;
    private const int MessageFields = 2;
    private const int EnumValues = 2;
    private const int ServiceMethods = 2;

    public static string Write(IReadOnlyList<FileDescriptorProto> files)
    {
        var page = new StringBuilder();
        page.Append("# Protocol reference: microscopestream.v1\n\n");
        page.Append("Made from the comments in `protos/`; do not edit. After a change there, run the tests of MicroscopeStream.Contract with `UPDATE_DOCS=1`.\n");
        page.Append("Version 1 only adds fields and methods: what stands here stays (`protos/v1.txt`).\n\n");
        page.Append("Frames and planes are row-major (y, then x) with the origin at the top left; positions are in nm, and the centre of pixel i lies at ");
        page.Append("(i + 0.5) × pixel size. Absent fields hold 0, false or nothing, as proto3 has it.\n");
        foreach (FileDescriptorProto file in files.Where(f => f.Service.Count > 0))
        {
            Services(page, file);
        }

        foreach (FileDescriptorProto file in files)
        {
            page.Append($"\n## {file.Name}\n");
            Types(page, file);
        }

        return page.ToString();
    }

    private static void Services(StringBuilder page, FileDescriptorProto file)
    {
        var comments = new ProtoComments(file);
        for (int s = 0; s < file.Service.Count; s++)
        {
            ServiceDescriptorProto service = file.Service[s];
            page.Append($"\n## Service {file.Package}.{service.Name}\n\n{comments[FileServices, s]}\n\n| Method | Request | Response | |\n|---|---|---|---|\n");
            for (int m = 0; m < service.Method.Count; m++)
            {
                MethodDescriptorProto method = service.Method[m];
                page.Append(
                    $"| `{method.Name}` | {Call(method.InputType, method.ClientStreaming)} | {Call(method.OutputType, method.ServerStreaming)} "
                    + $"| {Cell(comments[FileServices, s, ServiceMethods, m])} |\n");
            }
        }
    }

    private static void Types(StringBuilder page, FileDescriptorProto file)
    {
        var comments = new ProtoComments(file);
        for (int i = 0; i < file.MessageType.Count; i++)
        {
            Message(page, file.MessageType[i], comments, i);
        }

        for (int i = 0; i < file.EnumType.Count; i++)
        {
            EnumDescriptorProto type = file.EnumType[i];
            page.Append($"\n### {type.Name}\n\n{comments[FileEnums, i]}\n\n| Value | Number | |\n|---|---|---|\n");
            for (int v = 0; v < type.Value.Count; v++)
            {
                page.Append($"| `{type.Value[v].Name}` | {type.Value[v].Number} | {Cell(comments[FileEnums, i, EnumValues, v])} |\n");
            }
        }
    }

    private static void Message(StringBuilder page, DescriptorProto message, ProtoComments comments, int index)
    {
        page.Append($"\n### {message.Name}\n\n{comments[FileMessages, index]}\n");
        if (message.Field.Count == 0)
        {
            return;
        }

        page.Append("\n| Field | Number | Type | |\n|---|---|---|---|\n");
        for (int f = 0; f < message.Field.Count; f++)
        {
            FieldDescriptorProto field = message.Field[f];
            page.Append($"| `{field.Name}` | {field.Number} | {TypeOf(message, field)} | {Cell(comments[FileMessages, index, MessageFields, f])} |\n");
        }
    }

    private static string TypeOf(DescriptorProto message, FieldDescriptorProto field)
    {
        if (message.NestedType.FirstOrDefault(t => t.Options?.MapEntry == true && field.TypeName.EndsWith($".{message.Name}.{t.Name}", StringComparison.Ordinal)) is { } entry)
        {
            return $"map of {Scalar(entry.Field[0])} to {Scalar(entry.Field[1])}";
        }

        string type = Scalar(field);
        return field.Label == FieldDescriptorProto.Types.Label.Repeated ? $"repeated {type}"
            : field.Proto3Optional ? $"optional {type}"
            : field.HasOneofIndex ? $"{type}, one of `{message.OneofDecl[field.OneofIndex].Name}`"
            : type;
    }

    private static string Scalar(FieldDescriptorProto field) => field.TypeName.Length > 0 ? Link(field.TypeName) : field.Type.ToString().ToLowerInvariant();

    private static string Call(string type, bool streaming) => streaming ? $"stream of {Link(type)}" : Link(type);

    private static string Link(string typeName)
    {
        string name = typeName[(typeName.LastIndexOf('.') + 1)..];
        return $"[{name}](#{name.ToLowerInvariant()})";
    }

    private static string Cell(string comment) => comment.Replace("|", "\\|", StringComparison.Ordinal);
}
