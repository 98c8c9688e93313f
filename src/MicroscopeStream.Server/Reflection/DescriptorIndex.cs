using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace MicroscopeStream.Server.Reflection;

/// <summary>Every file of the contract by name, and every symbol by the file that declares it.</summary>
internal sealed class DescriptorIndex
{
    private readonly Dictionary<string, FileDescriptor> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileDescriptor> _symbols = new(StringComparer.Ordinal);

    /// <summary>Indexes the files that declare the services, their dependencies, and <paramref name="more"/> files.</summary>
    public DescriptorIndex(IReadOnlyList<ServiceDescriptor> services, params IEnumerable<FileDescriptor> more)
    {
        Services = [.. services.Select(s => s.FullName)];
        foreach (FileDescriptor file in services.Select(s => s.File).Concat(more))
        {
            Add(file);
        }
    }

    /// <summary>Full names of the services.</summary>
    public IReadOnlyList<string> Services { get; }

    public FileDescriptor? FindFile(string name) => _files.GetValueOrDefault(name);

    public FileDescriptor? FindSymbol(string name) => _symbols.GetValueOrDefault(name);

    /// <summary>Whether <paramref name="type"/> is a message that is known here.</summary>
    public bool IsMessage(string type) => FindSymbol(type)?.FindTypeByName<MessageDescriptor>(type[(type.LastIndexOf('.') + 1)..]) is not null;

    /// <summary>The file and everything that it imports, each once, as serialized FileDescriptorProto.</summary>
    public static IReadOnlyList<ByteString> WithDependencies(FileDescriptor file)
    {
        var seen = new Dictionary<string, ByteString>(StringComparer.Ordinal);
        var open = new Queue<FileDescriptor>([file]);
        while (open.TryDequeue(out FileDescriptor? next))
        {
            if (seen.TryAdd(next.Name, next.SerializedData))
            {
                foreach (FileDescriptor dependency in next.Dependencies)
                {
                    open.Enqueue(dependency);
                }
            }
        }

        return [.. seen.Values];
    }

    private void Add(FileDescriptor file)
    {
        if (!_files.TryAdd(file.Name, file))
        {
            return;
        }

        foreach (ServiceDescriptor service in file.Services)
        {
            _symbols[service.FullName] = file;
            foreach (MethodDescriptor method in service.Methods)
            {
                _symbols[method.FullName] = file;
            }
        }

        foreach (EnumDescriptor type in file.EnumTypes)
        {
            Add(type, file);
        }

        foreach (MessageDescriptor type in file.MessageTypes)
        {
            Add(type, file);
        }

        foreach (FileDescriptor dependency in file.Dependencies)
        {
            Add(dependency);
        }
    }

    private void Add(MessageDescriptor type, FileDescriptor file)
    {
        _symbols[type.FullName] = file;
        foreach (FieldDescriptor field in type.Fields.InDeclarationOrder())
        {
            _symbols[field.FullName] = file;
        }

        foreach (EnumDescriptor nested in type.EnumTypes)
        {
            Add(nested, file);
        }

        foreach (MessageDescriptor nested in type.NestedTypes)
        {
            Add(nested, file);
        }
    }

    private void Add(EnumDescriptor type, FileDescriptor file)
    {
        _symbols[type.FullName] = file;

        // protobuf scopes an enum's values beside the enum, not within it.
        string scope = type.FullName[..(type.FullName.LastIndexOf('.') + 1)];
        foreach (EnumValueDescriptor value in type.Values)
        {
            _symbols[scope + value.Name] = file;
        }
    }
}
