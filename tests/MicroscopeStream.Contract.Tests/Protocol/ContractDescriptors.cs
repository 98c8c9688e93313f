using Google.Protobuf.Reflection;

namespace MicroscopeStream.Contract.Tests.Protocol;

/// <summary>The compiled protos with their comments, and the repository that they came from.</summary>
internal static class ContractDescriptors
{
    /// <summary>Files that protoc compiled, those of our own package first by name.</summary>
    public static IReadOnlyList<FileDescriptorProto> Files { get; } =
    [
        .. FileDescriptorSet.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "contract.descriptors.pb"))).File
            .OrderBy(file => file.Name, StringComparer.Ordinal),
    ];

    /// <summary>Files of <c>microscopestream.v1</c>.</summary>
    public static IReadOnlyList<FileDescriptorProto> Ours { get; } = [.. Files.Where(file => file.Package == "microscopestream.v1")];

    /// <summary>Whether committed files shall be written anew instead of compared.</summary>
    public static bool Update => Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1";

    public static string InRepository(string path)
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "MicroscopeStream.sln")))
            {
                return Path.Combine(at.FullName, path);
            }
        }

        throw new DirectoryNotFoundException($"No MicroscopeStream.sln above {AppContext.BaseDirectory}.");
    }
}
