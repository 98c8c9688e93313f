using MicroscopeStream.Core.Results;
using MicroscopeStream.Localizations.Drift;

namespace MicroscopeStream.Localizations.Tests.Drift;

public sealed class LiveDriftTests
{
    [Test]
    public async Task Drift_is_known_while_frames_come_and_ends_as_good_as_in_one_go()
    {
        var random = new Random(20260302);
        (double X, double Y)[] drift = DriftedSample.Walk(random, 6000, 1.5, 2);
        List<Localization> table = DriftedSample.Blink(random, drift, 12);
        var versions = new List<DriftVersion>();
        await using var live = new LiveDrift(new LiveDriftOptions { FirstEstimateAfter = 6000, MaximumShare = 1 }, null, versions.Add);
        double squares = 0;
        int compared = 0;
        for (int f = 0; f < 6000; f += 50)
        {
            live.Append([.. table.Skip(f * 12).Take(50 * 12)]);
            await live.WhenIdleAsync();
            if (live.Current.Revision > 0 && f > 600)
            {
                // How far the newest frames are off against the past ones, which is what smears an image before the next revision.
                DriftCurve curve = live.Current.Curve;
                double meanX = Enumerable.Range(0, f).Average(i => curve.At(i).X - drift[i].X);
                double error = curve.At(f + 49).X - drift[f + 49].X - meanX;
                squares += error * error;
                compared++;
            }
        }

        DriftVersion last = await live.FinishAsync();
        double newest = Math.Sqrt(squares / compared), residual = DriftedSample.Residual(last.Curve, drift);
        long estimates = last.Revision, extensions = versions.Count(v => v.Extension > 0);
        TestContext.Out.WriteLine(
            $"{estimates} estimates, {extensions} extensions; newest frames {newest:F1} nm RMS per axis, at the end {residual:F2} nm RMS (2D)");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(residual, Is.LessThan(5));
            Assert.That(newest, Is.LessThan(20));

            // 72,000 / 6000 = 12 = 1.3 ^ 9.5, and the final one.
            Assert.That(estimates, Is.InRange(4, 11));
            Assert.That(extensions, Is.GreaterThan(20));
            Assert.That(versions.Zip(versions.Skip(1)).All(p => p.Second.Revision > p.First.Revision || p.Second.Extension > p.First.Extension), Is.True);
        }
    }

    [Test]
    public async Task An_extension_leaves_earlier_frames_alone_and_a_revision_does_not_move_the_image()
    {
        var random = new Random(4);
        (double X, double Y)[] drift = DriftedSample.Walk(random, 3000, 1.5, 0);
        List<Localization> table = DriftedSample.Blink(random, drift, 12);
        var versions = new List<DriftVersion>();
        await using var live = new LiveDrift(new LiveDriftOptions { FirstEstimateAfter = 5000, Growth = 1.5, MaximumShare = 1 }, null, versions.Add);
        for (int f = 0; f < 3000; f += 100)
        {
            live.Append([.. table.Skip(f * 12).Take(100 * 12)]);
            await live.WhenIdleAsync();
        }

        foreach ((DriftVersion before, DriftVersion after) in versions.Zip(versions.Skip(1)))
        {
            int frames = (int)Math.Min(before.Curve.LastFrame, after.Curve.LastFrame) + 1;
            double move = Enumerable.Range(0, frames).Average(f => after.Curve.At(f).X - before.Curve.At(f).X);
            Assert.That(move, Is.EqualTo(0).Within(1e-3));
            if (after.Revision == before.Revision)
            {
                Assert.That(Enumerable.Range(0, frames).All(f => after.Curve.At(f) == before.Curve.At(f)), Is.True);
            }
        }
    }

    [Test]
    public async Task Thinned_positions_still_give_the_drift()
    {
        var random = new Random(6);
        (double X, double Y)[] drift = DriftedSample.Walk(random, 4000, 1, 0);
        var options = new LiveDriftOptions { Estimation = new DriftOptions { MaximumLocalizations = 10_000 }, MaximumShare = 1, Growth = 3 };
        await using var live = new LiveDrift(options);
        live.Append([.. DriftedSample.Blink(random, drift, 12)]);
        DriftVersion last = await live.FinishAsync();
        double residual = DriftedSample.Residual(last.Curve, drift);
        TestContext.Out.WriteLine($"48,000 localizations thinned to 5,000…10,000: {residual:F2} nm RMS (2D)");
        Assert.That(residual, Is.LessThan(8));
    }

    [Test]
    [Explicit("Measures time")]
    public async Task Time_of_an_estimate([Values(120_000, 600_000)] int localizations)
    {
        var random = new Random(8);
        int frames = localizations / 12;
        (double X, double Y)[] drift = DriftedSample.Walk(random, frames, 2, 0);
        await using var live = new LiveDrift(new LiveDriftOptions { FirstEstimateAfter = localizations }, null);
        live.Append([.. DriftedSample.Blink(random, drift, 12)]);
        DriftVersion last = await live.FinishAsync();
        double residual = DriftedSample.Residual(last.Curve, drift);
        TestContext.Out.WriteLine($"{localizations} localizations: {live.LastEstimate.TotalSeconds:F2} s, residual {residual:F2} nm RMS (2D)");
        Assert.That(residual, Is.LessThan(10));
    }

    [Test]
    public async Task Frames_out_of_order_and_use_after_the_end_are_refused()
    {
        var live = new LiveDrift();
        live.Append([new Localization { Frame = 8, X = 1, Y = 1 }]);
        Assert.That(() => live.Append([new Localization { Frame = 7, X = 1, Y = 1 }]), Throws.ArgumentException.With.Message.Contains("frame order"));
        Assert.That((await live.FinishAsync()).Curve.At(9), Is.EqualTo((0.0, 0.0)));
        await live.DisposeAsync();
        Assert.That(() => live.Append([]), Throws.TypeOf<ObjectDisposedException>());
    }
}
