namespace MicroscopeStream.Contract.Wire;

/// <summary>The bytes of a message are not what protobuf's wire format allows.</summary>
public sealed class MalformedMessageException : Exception
{
    /// <summary>Says what is wrong with the bytes.</summary>
    public MalformedMessageException(string message)
        : base(message)
    {
    }

    /// <summary>Says what is wrong with the bytes, and which parser found it.</summary>
    public MalformedMessageException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Says nothing.</summary>
    public MalformedMessageException()
        : base("the bytes are no protobuf message")
    {
    }

    internal static MalformedMessageException Truncated() => new("the message ends in the middle of a field");
}
