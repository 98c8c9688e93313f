using System.Globalization;
using System.Text;

namespace MicroscopeStream.Imaging.Tiff;

/// <summary>A TIFF file that cannot be read: what is wrong, where, and what to do about it.</summary>
public sealed class TiffFormatException : FormatException
{
    /// <summary>Makes the exception; the message puts the parts together.</summary>
    /// <param name="problem">What is wrong, a sentence without its full stop.</param>
    /// <param name="remedy">What the user can do, a sentence without its full stop.</param>
    /// <param name="page">The page it concerns, from 0; null when not one page's.</param>
    /// <param name="offset">Where in the file, bytes; null when not at one place.</param>
    /// <param name="tag">The tag it concerns, by name; null when none.</param>
    /// <param name="innerException">The cause, if another exception told.</param>
    public TiffFormatException(
        string problem, string remedy, int? page = null, long? offset = null, string? tag = null, Exception? innerException = null)
        : base(Compose(problem, remedy, page, offset, tag), innerException)
    {
        Problem = problem;
        Remedy = remedy;
        Page = page;
        Offset = offset;
        Tag = tag;
    }

    /// <summary>What is wrong.</summary>
    public string Problem { get; }

    /// <summary>What the user can do.</summary>
    public string Remedy { get; }

    /// <summary>The page it concerns, from 0; null when not one page's.</summary>
    public int? Page { get; }

    /// <summary>Where in the file, bytes from its start; null when not at one place.</summary>
    public long? Offset { get; }

    /// <summary>The tag it concerns, by name; null when none.</summary>
    public string? Tag { get; }

    internal TiffFormatException AtPage(int page) =>
        Page is null ? new TiffFormatException(Problem, Remedy, page, Offset, Tag, InnerException) : this;

    private static string Compose(string problem, string remedy, int? page, long? offset, string? tag)
    {
        var where = new StringBuilder("TIFF");
        if (page is int p)
        {
            where.Append(CultureInfo.InvariantCulture, $" page {p}");
        }

        if (tag is not null)
        {
            where.Append(CultureInfo.InvariantCulture, $", tag {tag}");
        }

        if (offset is long o)
        {
            where.Append(CultureInfo.InvariantCulture, $", offset {o}");
        }

        return $"{where}: {problem}. {remedy}.";
    }
}
