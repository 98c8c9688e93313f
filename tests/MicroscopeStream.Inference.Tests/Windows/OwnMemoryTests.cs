using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Inference.Providers;
using MicroscopeStream.Inference.Tests.Tools;
using MicroscopeStream.Inference.Windows;

namespace MicroscopeStream.Inference.Tests.Windows;

/// <summary>
/// The way that a GPU goes (features in the runtime's own memory, host tensors bound for each run), walked on the CPU: where
/// values are bound and when is the same; only the copying between the memories is left out.
/// </summary>
public class OwnMemoryTests
{
    [TestCase(true, 3, 1, "zero-features")]
    [TestCase(true, 5, 2, "zero-frame")]
    [TestCase(false, 3, 1, "zero-frame")]
    public void Results_are_those_of_host_memory(bool two, int frames, int target, string missing)
    {
        using var models = new TinyModels();
        ModelPackage model = ModelPackageLoader.Load(
            two ? models.TwoGraphs(frames: frames, target: target, missing: missing) : models.OneGraph(frames: frames, target: target));
        float[][] onHost = Run(model, ownMemory: false);
        float[][] elsewhere = Run(model, ownMemory: true);
        Assert.That(onHost.Select(maps => maps.Distinct().Count()), Has.Some.EqualTo(frames), "windows of several frames were seen");
        Assert.That(elsewhere, Is.EqualTo(onHost));
    }

    private static float[][] Run(ModelPackage model, bool ownMemory)
    {
        var sessions = model.Manifest.Graphs.Keys.ToDictionary(
            name => name,
            name => new GraphSession(model.FileOf(name), model.ReadGraph(name), ExecutionProvider.Cpu, threads: 1, ownMemory));
        try
        {
            using var executor = WindowExecutor.Create(NetworkPlan.For(model), sessions, 8, 8);
            var results = new List<float[]>();
            for (int i = 0; i < model.Manifest.Input.Frames; i++)
            {
                executor.PushMissing();
            }

            // Frames with gaps of one and of three, and missing ones at both ends.
            foreach (int frame in (int[])[1, 2, 3, 0, 5, 6, 7, 8, 0, 0, 0, 12, 13, 0, 0, 0])
            {
                if (frame == 0)
                {
                    executor.PushMissing();
                }
                else
                {
                    executor.Input.Fill(frame);
                    executor.PushFrame();
                }

                executor.RunTarget();
                results.Add(executor.Maps.Span.ToArray());
            }

            return [.. results];
        }
        finally
        {
            foreach (GraphSession session in sessions.Values)
            {
                session.Dispose();
            }
        }
    }
}
