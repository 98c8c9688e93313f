using System.Diagnostics;

namespace MicroscopeStream.Imaging.Tests;

/// <summary>Runs other people's programs in Python; a test that needs what is not installed is ignored with the reason.</summary>
internal static class Python
{
    private static readonly string[] Interpreters = ["/usr/bin/python3", "python3"];

    /// <summary>Runs <c>Peers/<paramref name="script"/></c> and returns what it printed.</summary>
    /// <param name="modules">Modules that it imports.</param>
    /// <param name="script">File name of the script.</param>
    /// <param name="arguments">Its arguments.</param>
    public static async Task<string> RunAsync(string[] modules, string script, params string[] arguments)
    {
        string? interpreter = null;
        foreach (string name in Interpreters)
        {
            if (interpreter is null && (await StartAsync(name, ["-c", "import " + string.Join(',', modules)])).ExitCode == 0)
            {
                interpreter = name;
            }
        }

        if (interpreter is null)
        {
            Assert.Ignore($"No python3 with {string.Join(", ", modules)} here (Debian: {string.Join(' ', modules.Select(Package))}).");
        }

        string path = Path.Combine(TestContext.CurrentContext.TestDirectory, "Peers", script);
        (int exitCode, string output, string error) = await StartAsync(interpreter!, [path, .. arguments]);
        Assert.That(exitCode, Is.Zero, $"{script} failed: {error}");
        return output;
    }

    private static string Package(string module) => module switch { "PIL" => "python3-pil", _ => "python3-" + module };

    private static async Task<(int ExitCode, string Output, string Error)> StartAsync(string interpreter, string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(interpreter, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            Task<string> error = process.StandardError.ReadToEndAsync();
            string output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            return (process.ExitCode, output, await error);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return (-1, "", e.Message);
        }
    }
}
