namespace MicroscopeStream.Inference.Importing;

/// <summary>A network cannot be run as it is; the message says why and what would help.</summary>
public sealed class ImportRefusedException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="message">Why, and what to do, for people.</param>
    public ImportRefusedException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with what caused it.</summary>
    /// <param name="message">Why, and what to do, for people.</param>
    /// <param name="cause">What caused it.</param>
    public ImportRefusedException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
