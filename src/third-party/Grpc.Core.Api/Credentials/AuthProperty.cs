using System.Text;
using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>One property of an authenticated peer, for example a name in its certificate. Immutable and thread-safe.</summary>
public class AuthProperty
{
    private readonly byte[] _valueBytes;
    private readonly Lazy<string> _value;

    private AuthProperty(string name, byte[] valueBytes)
    {
        Name = name;
        _valueBytes = valueBytes;
        _value = new Lazy<string>(() => Encoding.UTF8.GetString(_valueBytes));
    }

    /// <summary>The name of the property.</summary>
    public string Name { get; }

    /// <summary>The value read as UTF-8.</summary>
    public string Value => _value.Value;

    /// <summary>A copy of the value.</summary>
    public byte[] ValueBytes => (byte[])_valueBytes.Clone();

    /// <summary>Creates a property.</summary>
    /// <param name="name">The name.</param>
    /// <param name="valueBytes">The value; it is copied.</param>
    /// <returns>The property.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static AuthProperty Create(string name, byte[] valueBytes)
        => new(
            GrpcPreconditions.CheckNotNull(name, nameof(name)),
            (byte[])GrpcPreconditions.CheckNotNull(valueBytes, nameof(valueBytes)).Clone());
}
