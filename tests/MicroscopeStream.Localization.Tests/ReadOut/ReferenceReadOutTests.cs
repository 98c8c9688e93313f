using System.Globalization;
using System.Runtime.InteropServices;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Imaging.Tests;
using MicroscopeStream.Localizations.ReadOut;

namespace MicroscopeStream.Localizations.Tests.ReadOut;

/// <summary>The networks are judged in training with a read-out in NumPy: both must find the same emitters.</summary>
public sealed class ReferenceReadOutTests
{
    // Powers of two and their sums: the same number in float32, in text and in Python's float64.
    [TestCase(0.125f, 0.5f, 0.625f)]
    [TestCase(0.125f, 0.375f, 0.75f)]
    public async Task Our_emitters_are_those_of_the_training_packages_reference(float candidate, float accept, float split)
    {
        string? script = Find("onnx-models/training/microscopestream_training/readout.py");
        if (script is null)
        {
            Assert.Ignore("onnx-models/training is not in this checkout.");
        }

        Maps maps = Maps.Random(11, 61, 47);
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(file, MemoryMarshal.AsBytes<float>(maps.Values).ToArray());
            string output = await Python.RunAsync(["numpy"], "read_out.py", script!, file, "47", "61", Text(candidate), Text(accept), Text(split));
            double[][] expected = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split(' ').Select(v => double.Parse(v, CultureInfo.InvariantCulture)).ToArray())];
            var emitters = new List<Localization>();
            var thresholds = new ReadOutThresholds { CandidateProbability = candidate, AcceptProbability = accept, SplitProbability = split };
            new EmitterReadOut(EmitterMapChannels.Standard2D, thresholds).Read(0, maps.View, 1, emitters);

            Assert.That(expected, Has.Length.GreaterThan(50));
            double[][] ours = [.. emitters.Select(e => new double[]
            {
                e.Frame, e.X, e.Y, e.Photons, e.SigmaX, e.SigmaY, e.SigmaPhotons, e.Background, e.Probability,
            })];
            Assert.That(ours, Is.EqualTo(expected).Within(1e-5));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string Text(float value) => value.ToString(CultureInfo.InvariantCulture);

    private static string? Find(string relative)
    {
        for (DirectoryInfo? folder = new(TestContext.CurrentContext.TestDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, relative);
            if (File.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
