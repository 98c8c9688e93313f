using System.ComponentModel;
using System.Diagnostics;

namespace MicroscopeStream.Cli.Terminal;

/// <summary>The browser of whoever sits at this machine.</summary>
internal static class Browser
{
    private static readonly string[] Displays = ["DISPLAY", "WAYLAND_DISPLAY"];

    /// <summary>Whether this machine has a screen of its own for us.</summary>
    internal static bool HasDisplay => !OperatingSystem.IsLinux() || Displays.Any(name => Environment.GetEnvironmentVariable(name) is { Length: > 0 });

    /// <summary>Opens a page; where that does not work, its address has been printed.</summary>
    internal static void Open(Uri page)
    {
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo(page.AbsoluteUri) { UseShellExecute = true }
            : new ProcessStartInfo(OperatingSystem.IsMacOS() ? "open" : "xdg-open", [page.AbsoluteUri])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
        try
        {
            using Process? opener = Process.Start(start);
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            // No such program: not everyone has a desktop.
        }
    }
}
