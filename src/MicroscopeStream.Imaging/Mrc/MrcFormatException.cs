namespace MicroscopeStream.Imaging.Mrc;

/// <summary>An MRC or DV file that cannot be read: what is wrong and what to do about it.</summary>
public sealed class MrcFormatException : FormatException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="problem">What is wrong, a sentence without its full stop.</param>
    /// <param name="remedy">What the user can do, a sentence without its full stop.</param>
    public MrcFormatException(string problem, string remedy)
        : base($"MRC: {problem}. {remedy}.")
    {
    }
}
