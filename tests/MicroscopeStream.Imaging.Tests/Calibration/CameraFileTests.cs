using System.Text;
using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Calibration;
using MicroscopeStream.Imaging.Tiff;

namespace MicroscopeStream.Imaging.Tests.Calibration;

public sealed class CameraFileTests
{
    private const string Minimal = """ "kind": "scmos", "baseline_adu": 100, "electrons_per_adu": 0.46 """;

    private DirectoryInfo _folder = null!;

    private string FilePath => Path.Combine(_folder.FullName, "camera.json");

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("camera");

    [TearDown]
    public void RemoveFolder() => _folder.Delete(recursive: true);

    [Test]
    public void A_description_comes_back_as_it_was_written()
    {
        var camera = new CameraModel
        {
            Kind = CameraKind.Emccd,
            BaselineAdu = 98.5,
            ElectronsPerAdu = 45,
            EmGain = 300,
            QuantumEfficiency = 0.9,
            ReadNoiseElectrons = 74.4,
        };
        CameraFile.Write(FilePath, camera);
        Assert.That(CameraFile.Read(FilePath), Is.EqualTo(camera));
    }

    [Test]
    public void Maps_come_back_with_it()
    {
        var camera = new CameraModel
        {
            BaselineMap = [100, 101.5f, -2, 103, 104, 105],
            ElectronsPerAduMap = [0.4f, 0.5f, 0.6f, 0.4f, 0.5f, 0.6f],
            ReadVarianceMap = [0, 2, 3, 4, 5, 600],
        };
        CameraFile.Write(FilePath, camera, 3, 2);
        CameraModel read = CameraFile.Read(FilePath);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.BaselineMap, Is.EqualTo(camera.BaselineMap));
            Assert.That(read.ElectronsPerAduMap, Is.EqualTo(camera.ElectronsPerAduMap));
            Assert.That(read.ReadVarianceMap, Is.EqualTo(camera.ReadVarianceMap));
            Assert.That(File.ReadAllText(FilePath), Does.Contain("\"camera-baseline.tif\""), "paths are relative, so that the folder can be moved");
        }
    }

    [Test]
    public void A_map_that_does_not_fit_is_refused() => Assert.That(
        () => CameraFile.Write(FilePath, new CameraModel { BaselineMap = [1, 2] }, 3, 2), Throws.ArgumentException.With.Message.Contains("3 × 2"));

    [Test]
    public void What_is_not_said_is_as_documented()
    {
        CameraModel camera = Read("{" + Minimal + "}");
        Assert.That(camera, Is.EqualTo(new CameraModel { ElectronsPerAdu = 0.46 }));
    }

    [Test]
    public void Comments_trailing_commas_and_a_schema_are_let_pass() =>
        Assert.That(Read("{ // ours\n \"$schema\": \"x\"," + Minimal + ",}").BaselineAdu, Is.EqualTo(100));

    [TestCase("{ \"baseline_adu\": 1, \"electrons_per_adu\": 1 }", "kind", "scmos")]
    [TestCase("{ \"kind\": \"ccd\", \"baseline_adu\": 1, \"electrons_per_adu\": 1 }", "kind", "\"ccd\"")]
    [TestCase("{ \"kind\": 3 }", "kind", "found 3")]
    [TestCase("{ \"kind\": \"scmos\", \"electrons_per_adu\": 1 }", "baseline_adu", "nothing")]
    [TestCase("{ \"kind\": \"scmos\", \"baseline_adu\": null, \"electrons_per_adu\": 1 }", "baseline_adu", "nothing")]
    [TestCase("{ \"kind\": \"emccd\", \"baseline_adu\": 1, \"electrons_per_adu\": 1 }", "em_gain", "EM register")]
    [TestCase("{ \"kind\": \"scmos\", \"baseline_adu\": \"100\", \"electrons_per_adu\": 1 }", "baseline_adu", "a number")]
    [TestCase("{ \"kind\": \"scmos\", \"baseline_adu\": 1e999, \"electrons_per_adu\": 1 }", "baseline_adu", "a number")]
    [TestCase("{" + Minimal + ", \"quantum_efficiency\": 95 }", "quantum_efficiency", "(0, 1]")]
    [TestCase("{" + Minimal + ", \"read_noise\": 1.2 }", "read_noise", "read_noise_electrons")]
    [TestCase("{" + Minimal + ", \"baseline_map\": \"none.tif\" }", "baseline_map", "cannot be read")]
    [TestCase("{" + Minimal + ", \"baseline_map\": \"camera.json\" }", "baseline_map", "cannot be read")]
    [TestCase("{" + Minimal + ", \"baseline_map\": 5 }", "baseline_map", "float32 TIFF")]
    [TestCase("[1, 2]", null, "an object")]
    [TestCase("{ \"kind\": ", null, "no JSON at line 1")]
    [TestCase("", null, "no JSON")]
    [TestCase("{ \"kind\": \"\\ud800\" }", null, "Unicode")]
    public void Errors_name_the_field_and_what_was_expected(string json, string? field, string words)
    {
        CameraFileException error = Assert.Throws<CameraFileException>(() => Read(json))!;
        Assert.That(error.Field, Is.EqualTo(field));
        Assert.That(error.File, Is.EqualTo("camera.json"));
        Assert.That(error.Message, Does.StartWith("camera.json").And.Contains(words).And.Contains(error.Expected));
    }

    [TestCase("electrons_per_adu_map", 0f, "> 0")]
    [TestCase("read_variance_map", -1f, "≥ 0")]
    [TestCase("baseline_map", float.NaN, "finite")]
    public void Impossible_pixels_of_a_map_are_found(string field, float value, string words)
    {
        TiffWriter.WriteImage(Path.Combine(_folder.FullName, "map.tif"), new PixelGrid(2, 2, 100), [1, 1, 1, value]);
        Assert.That(
            () => Read("{" + Minimal + $", \"{field}\": \"map.tif\" }}"),
            Throws.InstanceOf<CameraFileException>().With.Message.Contains(field).And.Message.Contains("row 1, column 1").And.Message.Contains(words));
    }

    [Test]
    public void A_map_of_integers_or_of_many_pages_is_refused()
    {
        var options = new TiffWriterOptions { Width = 2, Height = 2, PixelType = PixelType.UInt16 };
        using (TiffWriter writer = TiffWriter.Create(Path.Combine(_folder.FullName, "map.tif"), options))
        {
            writer.WritePage<ushort>(new ushort[4]);
        }

        Assert.That(
            () => Read("{" + Minimal + ", \"baseline_map\": \"map.tif\" }"),
            Throws.InstanceOf<CameraFileException>().With.Message.Contains("1 pages of UInt16"));
    }

    [Test]
    public void Mutated_bytes_give_a_camera_or_the_files_own_error()
    {
        byte[] good = Encoding.UTF8.GetBytes("{" + Minimal + ", \"em_gain\": 1, \"baseline_map\": \"none.tif\" }");
        var random = new Random(3);
        for (int i = 0; i < 1000; i++)
        {
            byte[] bytes = [.. good];
            for (int n = random.Next(1, 4); n > 0; n--)
            {
                bytes[random.Next(bytes.Length)] = random.Next(2) == 0 ? (byte)random.Next(256) : (byte)"\\\"{}[],:-eE09.u\0/"[random.Next(17)];
            }

            File.WriteAllBytes(FilePath, bytes);
            try
            {
                Assert.That(CameraFile.Read(FilePath).Validate(), Is.Empty);
            }
            catch (CameraFileException error)
            {
                Assert.That(error.Message, Does.StartWith("camera.json"));
            }
        }
    }

    private CameraModel Read(string json)
    {
        File.WriteAllText(FilePath, json);
        return CameraFile.Read(FilePath);
    }
}
