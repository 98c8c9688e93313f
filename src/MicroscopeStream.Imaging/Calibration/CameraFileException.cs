namespace MicroscopeStream.Imaging.Calibration;

/// <summary>A camera description that cannot be used. The message names file, field, what was found and what was expected.</summary>
public sealed class CameraFileException : FormatException
{
    /// <summary>Makes the exception with its message put together from the parts.</summary>
    /// <param name="file">File name.</param>
    /// <param name="field">Field as it is named in the file, or null when the file as a whole is meant.</param>
    /// <param name="found">What stood there.</param>
    /// <param name="expected">What would have been right.</param>
    /// <param name="inner">The cause, if there was one.</param>
    public CameraFileException(string file, string? field, string found, string expected, Exception? inner = null)
        : base(field is null ? $"{file}: found {found}, expected {expected}." : $"{file}, field \"{field}\": found {found}, expected {expected}.", inner)
    {
        File = file;
        Field = field;
        Expected = expected;
    }

    /// <summary>File name.</summary>
    public string File { get; }

    /// <summary>Field as it is named in the file, or null when the file as a whole is meant.</summary>
    public string? Field { get; }

    /// <summary>What would have been right.</summary>
    public string Expected { get; }
}
