using MicroscopeStream.Core.Results;
using MicroscopeStream.Localizations.Fitting;
using MicroscopeStream.Localizations.Scoring;
using MicroscopeStream.Pipeline.Methods;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Pipeline.Tests.Support;

namespace MicroscopeStream.Pipeline.Tests.Methods;

public sealed class SingleEmitterMethodTests
{
    [TestCase(SingleEmitterEstimator.MaximumLikelihood, "mle", 0.95, 10)]
    [TestCase(SingleEmitterEstimator.Phasor, "phasor", 0.93, 12)]
    [CancelAfter(60_000)]
    public async Task Sparse_emitters_are_found_where_they_are(SingleEmitterEstimator estimator, string id, double jaccard, double rmseNm)
    {
        var scene = new Scene(density: 0.1);
        long[] frames = [.. Enumerable.Range(0, 30).Select(i => (long)i)];
        await using var bench = new Bench(methods: new SingleEmitterMethodFactory(estimator, TimeProvider.System));
        Session session = await bench.Manager.OpenAsync(scene.Specification(id), CancellationToken.None);
        (List<Localization> found, _) = await scene.StreamAsync(session, frames);
        LocalizationScore score = scene.Score(found, frames);

        TestContext.Out.WriteLine($"{id}: JI {score.Jaccard:F3}, RMSE {score.LateralRmseNm:F1} nm");
        Assert.Multiple(() =>
        {
            Assert.That(score.Jaccard, Is.GreaterThan(jaccard));
            Assert.That(score.LateralRmseNm, Is.LessThan(rmseNm));
            Assert.That(session.Plan.ExpectedMsPerFrame, Is.GreaterThan(0));
        });
    }

    [Test]
    public void Impossible_parameters_are_named()
    {
        SessionSpecification specification = new Scene().Specification("mle");
        specification = specification with
        {
            Method = specification.Method with { Parameters = new Dictionary<string, double> { ["psf_sigma_nm"] = 4000, ["threshhold"] = 3 } },
        };

        Assert.That(
            new SingleEmitterMethodFactory(SingleEmitterEstimator.MaximumLikelihood, TimeProvider.System).Check(specification).Select(problem => (problem.Code, problem.Field)),
            Is.EquivalentTo(new[] { ("invalid-value", "method.parameters.psf_sigma_nm"), ("unknown-parameter", "method.parameters.threshhold") }));
    }

    [TestCase("not json", "method.psf_calibration")]
    [TestCase("{\"kind\": \"camera\"}", "method.psf_calibration")]
    public void A_calibration_that_is_none_is_named(string text, string field) =>
        Assert.That(Check(text, 100).Select(problem => problem.Field), Is.EqualTo(new[] { field }));

    [Test]
    public void A_calibration_for_other_pixels_is_refused_and_one_for_these_accepted()
    {
        Assert.That(Check(Curves, 100), Is.Empty);
        Assert.That(Check(Curves, 100, ("gaussian_psf", 1), ("maximum_deviance", 5)), Is.Empty);
        Assert.That(Check(Curves, 117).Single().Actual, Does.Contain("100 nm"));
        Assert.That(Check(string.Empty, 100, ("gaussian_psf", 1)).Single().Code, Is.EqualTo("unknown-parameter"));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Only_methods_that_use_a_calibration_take_one_and_they_tell_depths()
    {
        var scene = new Scene(density: 0.05);
        await using var bench = new Bench(methods:
        [
            new SingleEmitterMethodFactory(SingleEmitterEstimator.MaximumLikelihood, TimeProvider.System),
            new SingleEmitterMethodFactory(SingleEmitterEstimator.Phasor, TimeProvider.System),
        ]);
        SessionSpecification phasor = With(scene.Specification("phasor"), Curves), mle = With(scene.Specification("mle"), Curves);
        SessionRefusedException? refused = await Assert.ThrowsAsync<SessionRefusedException>(
            async () => await bench.Manager.OpenAsync(phasor, CancellationToken.None));
        Assert.That((refused!.Problems.Single().Field, refused.Problems.Single().Expected), Is.EqualTo(("method.psf_calibration", "none, or one of the methods that use it: mle")));

        Session session = await bench.Manager.OpenAsync(mle, CancellationToken.None);
        (List<Localization> found, _) = await scene.StreamAsync(session, 0, 1, 2, 3, 4);
        Assert.That(found, Is.Not.Empty);
        Assert.That(found.Select(l => l.Z), Is.All.InRange(-400, 400));
        Assert.That(found.Select(l => l.SigmaZ), Is.All.Positive);
    }

    private const string Curve = "\"sigma0_nm\": 120, \"depth_nm\": 400, \"a\": 0, \"b\": 0";

    private const string Curves = "{\"kind\": \"psf\", \"version\": 1, \"pixel_size_nm\": 100, \"curves\": {\"z_range_nm\": [-400, 400], "
        + "\"x\": {\"focus_nm\": 150, " + Curve + "}, \"y\": {\"focus_nm\": -150, " + Curve + "}}}";

    private static SessionSpecification With(SessionSpecification specification, string calibration) =>
        specification with { Method = specification.Method with { PsfCalibration = calibration } };

    private static IReadOnlyList<SpecificationProblem> Check(string calibration, double pixelNm, params (string Name, double Value)[] parameters)
    {
        SessionSpecification specification = With(new Scene().Specification("mle"), calibration);
        specification = specification with
        {
            Acquisition = specification.Acquisition with { PixelSizeNm = pixelNm },
            Method = specification.Method with { Parameters = parameters.ToDictionary(p => p.Name, p => p.Value) },
        };
        return new SingleEmitterMethodFactory(SingleEmitterEstimator.MaximumLikelihood, TimeProvider.System).Check(specification);
    }
}
