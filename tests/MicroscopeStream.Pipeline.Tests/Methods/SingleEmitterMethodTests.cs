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
}
