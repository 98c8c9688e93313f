using System.Runtime.InteropServices;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Localizations.Tables;
using MicroscopeStream.Pipeline.Methods;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Simulator;
using MicroscopeStream.Simulator.Scenes;

namespace MicroscopeStream.Benchmarks.Accuracy;

/// <summary>A simulated acquisition through a real session of the pipeline.</summary>
internal static class MethodRun
{
    public static async Task<(LocalizationTable Found, LocalizationTable Truth)> RunAsync(
        SessionManager manager, MethodDescription method, AccuracyCondition condition, CancellationToken cancellationToken)
    {
        SmlmScene scene = condition.Scene;
        var microscope = new SmlmMicroscope(scene);
        Session session = await manager.OpenAsync(
            new SessionSpecification
            {
                Acquisition = new AcquisitionSpecification
                {
                    Width = scene.Width,
                    Height = scene.Height,
                    PixelType = PixelType.UInt16,
                    PixelSizeNm = scene.PixelSizeNm,
                    Camera = scene.Camera,
                },
                Method = new MethodRequest { Id = method.Id, Task = method.Task },
                Preview = new PreviewOptions { Rate = -1 },
            },
            cancellationToken).ConfigureAwait(false);
        using StreamConnection connection = session.Connect();
        var found = new LocalizationTable();
        Task reading = CollectAsync(connection.Updates, found);
        var truth = new LocalizationTable();
        var emitters = new List<Localization>();
        for (int frame = 0; frame < condition.Frames; frame++)
        {
            if (!await session.WaitForBufferAsync(cancellationToken).ConfigureAwait(false) || !session.Pool.TryRent(out FrameLease lease))
            {
                throw new InvalidOperationException("The session ended early.");
            }

            lease.Frame.LengthBytes = scene.Width * scene.Height * 2;
            emitters.Clear();
            microscope.Expose(frame, MemoryMarshal.Cast<byte, ushort>(lease.Frame.Bytes), emitters);
            lease.Frame.Header = new FrameHeader { Sequence = frame };
            session.Offer(lease);
            truth.Append(CollectionsMarshal.AsSpan(emitters));
        }

        await session.CompleteAsync(cancellationToken).ConfigureAwait(false);
        await reading.ConfigureAwait(false);
        return (found, truth);
    }

    private static async Task CollectAsync(UpdateSubscription updates, LocalizationTable found)
    {
        await foreach (SessionUpdate update in updates.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            if (update.Body is LocalizationBatch batch)
            {
                found.Append(batch.Rows);
            }

            update.Release();
        }
    }
}
