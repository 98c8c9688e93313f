using Google.Protobuf.Reflection;

namespace MicroscopeStream.Contract.Tests.Protocol;

/// <summary>
/// What a peer compiled against v1 relies on, one line each: a name, a number, a type. A line that vanishes or changes breaks peers.
/// </summary>
internal static class ContractRecord
{
    public static IEnumerable<string> Of(IEnumerable<FileDescriptorProto> files) => files.SelectMany(OfFile).Order(StringComparer.Ordinal);

    private static IEnumerable<string> OfFile(FileDescriptorProto file) =>
    [
        .. file.MessageType.SelectMany(message => OfMessage($"{file.Package}.{message.Name}", message)),
        .. file.EnumType.SelectMany(type => OfEnum($"{file.Package}.{type.Name}", type)),
        .. file.Service.SelectMany(service => OfService($"{file.Package}.{service.Name}", service)),
    ];

    private static IEnumerable<string> OfMessage(string name, DescriptorProto message) =>
    [
        $"message {name}",
        .. message.Field.Select(field => $"field {name}.{field.Name} = {field.Number}: {TypeOf(field)}{OneofOf(message, field)}"),
        .. message.NestedType.SelectMany(nested => OfMessage($"{name}.{nested.Name}", nested)),
        .. message.EnumType.SelectMany(nested => OfEnum($"{name}.{nested.Name}", nested)),
    ];

    private static IEnumerable<string> OfEnum(string name, EnumDescriptorProto type) =>
        [$"enum {name}", .. type.Value.Select(value => $"value {name}.{value.Name} = {value.Number}")];

    private static IEnumerable<string> OfService(string name, ServiceDescriptorProto service) =>
        [$"service {name}", .. service.Method.Select(method => $"rpc {name}.{method.Name}: {Call(method.InputType, method.ClientStreaming)} -> {Call(method.OutputType, method.ServerStreaming)}")];

    private static string Call(string type, bool streaming) => $"{(streaming ? "stream " : "")}{type.TrimStart('.')}";

    private static string OneofOf(DescriptorProto message, FieldDescriptorProto field) =>
        field.Proto3Optional ? " optional" : field.HasOneofIndex ? $" in {message.OneofDecl[field.OneofIndex].Name}" : "";

    private static string TypeOf(FieldDescriptorProto field)
    {
        string type = field.TypeName.Length > 0 ? field.TypeName.TrimStart('.') : field.Type.ToString().ToLowerInvariant();
        return field.Label == FieldDescriptorProto.Types.Label.Repeated ? $"repeated {type}" : type;
    }
}
