using System.CommandLine;
using System.Runtime.InteropServices;
using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Pipeline.Methods;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;

namespace MicroscopeStream.Benchmarks.Allocations;

/// <summary>Managed bytes allocated per frame behind the gRPC boundary: from the filled slot to the released result.</summary>
internal static class AllocationBenchmark
{
    private const int Edge = 64;

    public static Command Create()
    {
        var frames = new Option<int>("--frames") { Description = "Frames counted, after a tenth of them as warm-up.", DefaultValueFactory = _ => 2000 };
        var rate = new Option<double>("--fps") { Description = "Frames per second: an acquisition at a camera's pace.", DefaultValueFactory = _ => 100 };
        var command = new Command("allocations", "Managed bytes per frame behind the gRPC boundary, whole process, by method.") { frames, rate };
        command.SetAction((result, cancellation) => RunAsync(result.GetValue(frames), result.GetValue(rate), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(int frames, double rate, CancellationToken cancellationToken)
    {
        using var hosts = new ExecutionHosts();
        var registry = new MethodRegistry();
        SingleEmitterMethodFactory.RegisterAll(registry, TimeProvider.System);
        NetworkLocalizerFactory.RegisterAll(registry, ModelCatalog.Scan(ModelDirectories.Resolve(), cancellationToken), hosts);
        await using var manager = new SessionManager(registry, new SessionManagerOptions(), TimeProvider.System);
        foreach (IMethodFactory method in registry.All)
        {
            double bytes = await MeasureAsync(manager, method.Description, frames, rate, cancellationToken).ConfigureAwait(false);
            Console.WriteLine($"{method.Description.Id,-20} {bytes,10:N1} bytes per frame");
        }

        Console.WriteLine($"collections since start: gen 0 {GC.CollectionCount(0)}, gen 1 {GC.CollectionCount(1)}, gen 2 {GC.CollectionCount(2)}");
        return 0;
    }

    private static async Task<double> MeasureAsync(SessionManager manager, MethodDescription method, int frames, double rate, CancellationToken cancellationToken)
    {
        Session session = await manager.OpenAsync(Specification(method), cancellationToken).ConfigureAwait(false);
        using StreamConnection connection = session.Connect();
        Task reading = ReadAsync(connection.Updates);
        ushort[] pixels = Pixels();
        int warm = Math.Max(frames / 10, 50);
        long before = 0;
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds(1 / rate));
        for (int i = 0; i < warm + frames; i++)
        {
            if (i == warm)
            {
                before = GC.GetTotalAllocatedBytes(precise: true);
            }

            await pace.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false);
            await session.WaitForBufferAsync(cancellationToken).ConfigureAwait(false);
            if (!session.Pool.TryRent(out FrameLease lease))
            {
                throw new InvalidOperationException("No frame was free.");
            }

            lease.Frame.LengthBytes = pixels.Length * 2;
            MemoryMarshal.AsBytes(pixels.AsSpan()).CopyTo(lease.Frame.Bytes);
            lease.Frame.Header = new FrameHeader { Sequence = i, ReceivedTimestamp = TimeProvider.System.GetTimestamp() };
            session.Offer(lease);
        }

        long after = GC.GetTotalAllocatedBytes(precise: true);
        await session.CompleteAsync(cancellationToken).ConfigureAwait(false);
        await reading.ConfigureAwait(false);
        return (double)(after - before) / frames;
    }

    private static async Task ReadAsync(UpdateSubscription updates)
    {
        await foreach (SessionUpdate update in updates.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            update.Release();
        }
    }

    private static SessionSpecification Specification(MethodDescription method) => new()
    {
        Acquisition = new AcquisitionSpecification
        {
            Width = Edge,
            Height = Edge,
            PixelType = PixelType.UInt16,
            PixelSizeNm = 100,
            FrameRate = 100,
            Camera = new CameraModel(),
        },
        Method = new MethodRequest { Id = method.Id, Task = method.Task },
        Preview = new PreviewOptions { Rate = -1 },
    };

    // A dark frame with a lattice of spots: every method has something to find.
    private static ushort[] Pixels()
    {
        var pixels = new ushort[Edge * Edge];
        Array.Fill(pixels, (ushort)120);
        for (int y = 8; y < Edge - 8; y += 12)
        {
            for (int x = 8; x < Edge - 8; x += 12)
            {
                for (int j = -3; j <= 3; j++)
                {
                    for (int i = -3; i <= 3; i++)
                    {
                        pixels[((y + j) * Edge) + x + i] += (ushort)(160 * Math.Exp(-((i * i) + (j * j)) / 2.9));
                    }
                }
            }
        }

        return pixels;
    }
}
