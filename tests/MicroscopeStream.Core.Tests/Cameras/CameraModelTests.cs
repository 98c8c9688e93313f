using MicroscopeStream.Core.Cameras;

namespace MicroscopeStream.Core.Tests.Cameras;

public sealed class CameraModelTests
{
    private static readonly CameraModel Emccd = new()
    {
        Kind = CameraKind.Emccd,
        BaselineAdu = 200,
        ElectronsPerAdu = 45,
        EmGain = 300,
        QuantumEfficiency = 0.9,
    };

    [Test]
    public void Photons_are_ADU_above_baseline_times_gain_over_EM_gain_and_efficiency()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Emccd.ToPhotons(1200), Is.EqualTo(1000 * 45.0 / 300 / 0.9).Within(1e-9));
            Assert.That(Emccd.ToPhotons(200), Is.Zero);
            Assert.That(new CameraModel().ToPhotons(150), Is.EqualTo(50));
        }
    }

    [Test]
    public void ADU_and_photons_are_each_others_inverse([Values(0, 0.1, 20, 1e5)] double photons) =>
        Assert.That(Emccd.ToPhotons(Emccd.ToAdu(photons)), Is.EqualTo(photons).Within(1e-9 * (1 + photons)));

    [Test]
    public void Only_an_EM_register_adds_noise_in_excess()
    {
        Assert.That(Emccd.ExcessNoiseFactor, Is.EqualTo(2));
        Assert.That(new CameraModel().ExcessNoiseFactor, Is.EqualTo(1));
    }

    [Test]
    public void What_is_possible_raises_no_problem()
    {
        Assert.That(new CameraModel().Validate(), Is.Empty);
        Assert.That(Emccd.Validate(4), Is.Empty);
        Assert.That((Emccd with { BaselineMap = [1, 2, 3, 4], ReadVarianceMap = [1, 1, 1, 1] }).Validate(4), Is.Empty);
    }

    private static IEnumerable<TestCaseData> Impossible()
    {
        yield return new TestCaseData(new CameraModel { BaselineAdu = -1 }, "baseline_adu");
        yield return new TestCaseData(new CameraModel { BaselineAdu = double.NaN }, "baseline_adu");
        yield return new TestCaseData(new CameraModel { ElectronsPerAdu = 0 }, "electrons_per_adu");
        yield return new TestCaseData(new CameraModel { ElectronsPerAdu = double.PositiveInfinity }, "electrons_per_adu");
        yield return new TestCaseData(new CameraModel { EmGain = 0.5 }, "em_gain");
        yield return new TestCaseData(new CameraModel { QuantumEfficiency = 0 }, "quantum_efficiency");
        yield return new TestCaseData(new CameraModel { QuantumEfficiency = 95 }, "quantum_efficiency");
        yield return new TestCaseData(new CameraModel { QuantumEfficiency = double.NaN }, "quantum_efficiency");
        yield return new TestCaseData(new CameraModel { ReadNoiseElectrons = -0.1 }, "read_noise_electrons");
        yield return new TestCaseData(new CameraModel { BaselineMap = [1, 2, 3] }, "baseline_map");
        yield return new TestCaseData(new CameraModel { ElectronsPerAduMap = [] }, "electrons_per_adu_map");
        yield return new TestCaseData(new CameraModel { ReadVarianceMap = [1, 2, 3, 4, 5] }, "read_variance_map");
    }

    [TestCaseSource(nameof(Impossible))]
    public void What_is_impossible_is_named_with_what_would_be_possible(CameraModel camera, string field)
    {
        CameraProblem problem = camera.Validate(4).Single();
        Assert.That(problem.Field, Is.EqualTo(field));
        Assert.That(problem.Value, Is.Not.Empty);
        Assert.That(problem.Expected, Is.Not.Empty);
    }

    [Test]
    public void All_problems_are_told_at_once() => Assert.That(
        new CameraModel { BaselineAdu = -1, EmGain = 0, ReadNoiseElectrons = -1 }.Validate().Select(p => p.Field),
        Is.EqualTo(["baseline_adu", "em_gain", "read_noise_electrons"]));
}
