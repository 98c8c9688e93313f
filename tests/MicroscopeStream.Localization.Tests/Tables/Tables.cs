using System.Text;
using MicroscopeStream.Localizations.Tables;

namespace MicroscopeStream.Localizations.Tests.Tables;

/// <summary>Tables from text.</summary>
internal static class Tables
{
    public static LocalizationFile Read(string text, int frameBase = 1) => Read(Encoding.UTF8.GetBytes(text), frameBase);

    public static LocalizationFile Read(byte[] bytes, int frameBase = 1)
    {
        using var stream = new MemoryStream(bytes);
        return LocalizationReader.Read(stream, "table.csv", frameBase);
    }
}
