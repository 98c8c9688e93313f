using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using MicroscopeStream.Conformance.Tests.Support;
using MicroscopeStream.Server.Hosting;

namespace MicroscopeStream.Conformance.Tests;

/// <summary>The example client in src/clients/python does what its README says.</summary>
public sealed class PythonExampleTests
{
    private const int Frames = 4, Height = 24, Width = 32;

    [Test]
    public async Task The_example_streams_a_stack_and_prints_where_the_emitters_are()
    {
        (string python, string stubs) = await PythonStubs.GenerateAsync();
        try
        {
            if ((await Tool.RunAsync(python, ["-c", "import numpy"])).ExitCode != 0)
            {
                Assert.Ignore("The example needs numpy (Debian: python3-numpy), which is not installed.");
            }

            string stack = Path.Combine(stubs, "frames.npy");
            await WriteStackAsync(stack);
            string script = Path.Combine(stubs, "stream_frames.py");
            File.Copy(Tool.InRepository("src", "clients", "python", "stream_frames.py"), script);
            await using MicroscopeStreamServer server = await MicroscopeStreamServer.StartAsync(new() { GrpcUrl = "http://127.0.0.1:0", HttpUrl = null });
            (int? exitCode, string output, string error) = await Tool.RunAsync(python, [script, stack, "100", "mle", server.GrpcAddress.Authority]);
            double[][] rows = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(',').Select(v => double.Parse(v, CultureInfo.InvariantCulture)).ToArray())];
            Assert.Multiple(() =>
            {
                Assert.That(exitCode, Is.Zero, error);
                Assert.That(rows.Select(row => row[0]), Is.EqualTo(new double[] { 0, 1, 2, 3 }));
                Assert.That(rows.Select(row => row[1]), Is.All.EqualTo(1250.0).Within(5.0));
                Assert.That(rows.Select(row => row[2]), Is.All.EqualTo(950.0).Within(5.0));
                Assert.That(error, Does.Contain("processed: 4"));
            });
        }
        finally
        {
            Directory.Delete(stubs, recursive: true);
        }
    }

    // NumPy's format 1.0 (numpy.org/neps/nep-0001-npy-format): one spot at the centre of pixel (12, 9), with a little noise so
    // that a camera can be estimated from the frames.
    private static async Task WriteStackAsync(string path)
    {
        string header = $"{{'descr': '<u2', 'fortran_order': False, 'shape': ({Frames}, {Height}, {Width}), }}";
        header = header.PadRight(128 - 10 - 1) + "\n";
        var random = new Random(5);
        ushort[] pixels = new ushort[Frames * Height * Width];
        for (int i = 0; i < pixels.Length; i++)
        {
            int x = i % Width, y = i / Width % Height;
            double spot = 8000 / (2 * Math.PI * 1.44) * Math.Exp(-(Math.Pow(x - 12, 2) + Math.Pow(y - 9, 2)) / 2.88);
            pixels[i] = (ushort)(100 + random.Next(0, 7) + spot);
        }

        await using FileStream file = File.Create(path);
        await file.WriteAsync(new byte[] { 0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0, 118, 0 });
        await file.WriteAsync(Encoding.ASCII.GetBytes(header));
        await file.WriteAsync(MemoryMarshal.AsBytes<ushort>(pixels).ToArray());
    }
}
