using System.Runtime.InteropServices;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Pipeline.Accounting;
using MicroscopeStream.Pipeline.Methods;
using MicroscopeStream.Pipeline.Methods.Sim;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Pipeline.Tests.Support;
using MicroscopeStream.Simulator;
using MicroscopeStream.Simulator.Scenes;

namespace MicroscopeStream.Pipeline.Tests.Methods.Sim;

/// <summary>A stream of structured illumination through a session, and what came back.</summary>
internal sealed record SimRun(SuperResolvedImage? Image, SuperResolvedImage? Map, TrustReport Trust, SimReading? Reading, SessionSummary Summary, IReadOnlyList<Notice> Notices)
{
    /// <summary>What a watcher sees who comes when all is over.</summary>
    public required IReadOnlyList<UpdateBody> SeenLate { get; init; }

    /// <summary>A scene that is quick to reconstruct.</summary>
    public static SimScene Scene(string order = "3x3", double photons = 3000, ulong seed = 1) =>
        new() { Width = 128, Height = 128, Order = order, Photons = photons, Seed = seed };

    public static SessionSpecification Specification(SimScene scene, string? order = null) => new()
    {
        Acquisition = new AcquisitionSpecification
        {
            Width = scene.Width,
            Height = scene.Height,
            PixelType = PixelType.UInt16,
            PixelSizeNm = scene.PixelSizeNm,
            Camera = scene.Camera,
            FrameOrder = order ?? scene.Order,
            EmissionWavelengthNm = scene.WavelengthNm,
            NumericalAperture = scene.NumericalAperture,
        },
        Method = new MethodRequest { Id = WienerMethodFactory.Id },
        Preview = new PreviewOptions { Rate = -1 },
        ResultImages = true,
    };

    /// <summary>Frames of a scene in the order in which its camera would see them.</summary>
    public static IEnumerable<ushort[]> Frames(SimScene scene, int groups)
    {
        var microscope = new SimMicroscope(scene);
        for (int n = 0; n < groups * microscope.Pattern.Frames; n++)
        {
            var pixels = new ushort[scene.Grid.PixelCount];
            microscope.Expose(n, pixels);
            yield return pixels;
        }
    }

    public static Task<SimRun> OfAsync(SessionSpecification specification, IEnumerable<ushort[]> frames, params IMethodFactory[] more) =>
        OfAsync(specification, frames.Select((pixels, n) => (new FrameHeader { Sequence = n }, pixels)), more);

    public static async Task<SimRun> OfAsync(
        SessionSpecification specification, IEnumerable<(FrameHeader Header, ushort[] Pixels)> frames, params IMethodFactory[] more)
    {
        await using var bench = new Bench(methods:
        [
            new WienerMethodFactory(TimeProvider.System), new RichardsonLucyMethodFactory(TimeProvider.System), new SectioningMethodFactory(TimeProvider.System), .. more,
        ]);
        Session session = await bench.Manager.OpenAsync(specification, CancellationToken.None);
        using StreamConnection connection = session.Connect();
        Task<List<SessionUpdate>> reading = Bench.ReadAllAsync(connection.Updates);
        foreach ((FrameHeader header, ushort[] pixels) in frames)
        {
            Assert.That(await session.WaitForBufferAsync(CancellationToken.None) && session.Pool.TryRent(out FrameLease lease) && Offer(session, lease, header, pixels));
        }

        SessionSummary summary = await session.CompleteAsync(CancellationToken.None);
        using UpdateSubscription late = session.Subscribe(new SubscriptionOptions());
        UpdateBody[] seenLate = [.. (await Bench.ReadAllAsync(late)).Select(update => update.Body)];
        UpdateBody[] bodies = [.. (await reading).Select(update => update.Body)];
        return new SimRun(
            Last(bodies, PreviewKind.SuperResolved), Last(bodies, PreviewKind.Trust), bodies.OfType<Pipeline.Publishing.Trust>().Last().Report,
            bodies.OfType<SimReading>().LastOrDefault(), summary, [.. bodies.OfType<Notice>()])
        {
            SeenLate = seenLate,
        };
    }

    private static bool Offer(Session session, FrameLease lease, FrameHeader header, ushort[] pixels)
    {
        lease.Frame.LengthBytes = session.Specification.Acquisition.FrameBytes;
        pixels.CopyTo(MemoryMarshal.Cast<byte, ushort>(lease.Frame.Bytes));
        lease.Frame.Header = header;
        return session.Offer(lease).Accepted;
    }

    private static SuperResolvedImage? Last(UpdateBody[] bodies, PreviewKind kind) =>
        bodies.OfType<ResultImage>().LastOrDefault(image => image.Kind == kind) is { } last ? new SuperResolvedImage(last.Grid, last.Pixels.ToArray()) : null;
}
