using System.Globalization;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Tests;
using MicroscopeStream.Localizations.EmpiricalPsf;

namespace MicroscopeStream.Localizations.Tests.EmpiricalPsf;

/// <summary>Networks are trained on emitters drawn in PyTorch: the same calibration must draw the same picture there and here.</summary>
public sealed class TrainingCodeTests
{
    private const int Size = 30;

    [TestCase(14.2, 15.9, -233.0)]
    [TestCase(3.1, 26.5, 410.0)]
    [CancelAfter(120_000)]
    public async Task The_training_code_draws_what_we_draw(double x, double y, double z)
    {
        string? training = Find("onnx-models/training");
        if (training is null)
        {
            Assert.Ignore("onnx-models/training is not in this checkout.");
        }

        string file = Path.GetTempFileName();
        try
        {
            PsfCalibrationFile.Write(file, BeadCalibrations.Good.Calibration);
            string output = await Python.RunAsync(
                ["torch"], "measured_psf.py", training!, file, $"{Size}", Text(x), Text(y), Text(z), "1000");
            double[] theirs = [.. output.Split(' ').Select(v => double.Parse(v, CultureInfo.InvariantCulture))];
            var ours = new float[Size * Size];
            BeadCalibrations.Psf.Add(ours, new PixelGrid(Size, Size, 100), x * 100, y * 100, z, 1000);
            Assert.That(ours.Sum(), Is.GreaterThan(600));
            // They clip an averaged PSF's dips below zero, we keep them.
            Assert.That(ours.Select(v => Math.Max(v, 0f)), Is.EqualTo(theirs).Within(1e-3));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static string? Find(string relative)
    {
        for (DirectoryInfo? folder = new(TestContext.CurrentContext.TestDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, relative);
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
