using System.CommandLine;
using System.Globalization;
using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Localizations.Scoring;
using MicroscopeStream.Localizations.Tables;
using MicroscopeStream.Pipeline.Methods;
using MicroscopeStream.Pipeline.Sessions;

namespace MicroscopeStream.Benchmarks.Accuracy;

/// <summary>Every localization method on the same simulated samples, scored by the challenge's rules.</summary>
internal static class AccuracyBenchmark
{
    public static Command Create()
    {
        var frames = new Option<int>("--frames") { Description = "Frames per condition.", DefaultValueFactory = _ => 400 };
        var methods = new Option<string[]>("--method") { Description = "Methods. [default: all]", AllowMultipleArgumentsPerToken = true };
        var sweep = new Option<bool>("--sweep") { Description = "Density × photons instead of the standard conditions." };
        var command = new Command(
            "accuracy",
            "Localization methods on simulated frames (64 × 64 px of 100 nm, σ 120 nm, sCMOS): Jaccard index, RMSE and calibration of the "
            + "predicted σ by the SMLM challenge's rules (border 450 nm, emitters below 250 photons ignored), as a Markdown table.")
        {
            frames, methods, sweep,
        };
        command.SetAction((result, cancellation) => RunAsync(
            result.GetValue(frames), result.GetValue(methods) ?? [], result.GetValue(sweep), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(int frames, string[] asked, bool sweep, CancellationToken cancellationToken)
    {
        using var hosts = new ExecutionHosts();
        var registry = new MethodRegistry();
        SingleEmitterMethodFactory.RegisterAll(registry, TimeProvider.System);
        NetworkLocalizerFactory.RegisterAll(registry, ModelCatalog.Scan(ModelDirectories.Resolve(), cancellationToken), hosts);
        await using var manager = new SessionManager(registry, new SessionManagerOptions(), TimeProvider.System);
        MethodDescription[] methods = [.. registry.All.Select(f => f.Description)
            .Where(d => d.Task == "localization" && (asked.Length == 0 || asked.Contains(d.Id)))];

        Console.WriteLine("| condition | method | JI | RMSE nm | z-score σ | isolated RMSE nm | bound nm |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (AccuracyCondition condition in sweep ? Sweep(frames) : Standard(frames))
        {
            double bound = IsolatedEmitters.Bound(condition.Scene);
            foreach (MethodDescription method in methods)
            {
                (LocalizationTable found, LocalizationTable truth) =
                    await MethodRun.RunAsync(manager, method, condition, cancellationToken).ConfigureAwait(false);
                LocalizationScore score = LocalizationScorer.Score(found.Snapshot(), truth.Snapshot(), new ScoringOptions
                {
                    WidthNm = condition.Scene.Grid.WidthNm,
                    HeightNm = condition.Scene.Grid.HeightNm,
                    BorderNm = 450,
                    MinimumPhotons = 250,
                });
                (double isolated, int count, _) = IsolatedEmitters.Measure(found, truth, condition.Scene);
                double spread = Math.Sqrt(((score.ZScoreStdX * score.ZScoreStdX) + (score.ZScoreStdY * score.ZScoreStdY)) / 2);
                bool stated = condition.Scene.WholeFrames && count >= 100;
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {condition.Name} | {Name(method)} | {score.Jaccard:F3} | {score.LateralRmseNm:F1} | {spread:F2} | {(stated ? isolated.ToString("F1", CultureInfo.InvariantCulture) : "")} | {(stated ? bound.ToString("F1", CultureInfo.InvariantCulture) : "")} |"));
            }
        }

        return 0;
    }

    private static string Name(MethodDescription method) => method.Version.Length > 0 ? $"{method.Id} {method.Version}" : method.Id;

    private static IEnumerable<AccuracyCondition> Standard(int frames) =>
    [
        .. new[] { 0.2, 1, 2, 5 }.Select(density => AccuracyCondition.WholeFrames(density, 1500, 20, frames)),
        .. new[] { 0.2, 1, 2 }.Select(density => AccuracyCondition.Blinking(density, frames)),
    ];

    private static IEnumerable<AccuracyCondition> Sweep(int frames) =>
        from density in new[] { 0.2, 0.5, 1, 2, 5 }
        from photons in new[] { 300.0, 1000, 3000, 10000 }
        select AccuracyCondition.WholeFrames(density, photons, 20, frames);
}
