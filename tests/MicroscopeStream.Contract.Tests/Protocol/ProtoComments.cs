using Google.Protobuf.Reflection;

namespace MicroscopeStream.Contract.Tests.Protocol;

/// <summary>The comments before the declarations of a proto file, by the path that descriptor.proto defines for each.</summary>
internal sealed class ProtoComments
{
    private readonly Dictionary<string, string> _leading;

    public ProtoComments(FileDescriptorProto file) => _leading = file.SourceCodeInfo.Location
        .Where(location => location.HasLeadingComments)
        .ToDictionary(location => string.Join('.', location.Path), location => Clean(location.LeadingComments));

    /// <summary>The comment of a declaration; empty where it has none.</summary>
    public string this[params ReadOnlySpan<int> path] => _leading.GetValueOrDefault(string.Join('.', path.ToArray()), "");

    private static string Clean(string comment) =>
        string.Join(' ', comment.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
