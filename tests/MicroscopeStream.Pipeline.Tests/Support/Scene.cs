using System.Runtime.InteropServices;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Localizations.Scoring;
using MicroscopeStream.Localizations.Tables;
using MicroscopeStream.Pipeline.Accounting;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Simulator;
using MicroscopeStream.Simulator.Scenes;

namespace MicroscopeStream.Pipeline.Tests.Support;

/// <summary>A simulated acquisition with its truth, streamed through a session.</summary>
internal sealed class Scene
{
    private readonly SmlmMicroscope _microscope;

    public Scene(int size = 64, double density = 0.3, ulong seed = 5)
    {
        _microscope = new SmlmMicroscope(new SmlmScene
        {
            Seed = seed,
            Width = size,
            Height = size,
            DensityPerUm2 = density,
            WholeFrames = true,
            Structure = SmlmStructure.Uniform,
        });
    }

    public SessionSpecification Specification(string method) => new()
    {
        Acquisition = new AcquisitionSpecification
        {
            Width = _microscope.Grid.Width,
            Height = _microscope.Grid.Height,
            PixelType = PixelType.UInt16,
            PixelSizeNm = _microscope.Grid.PixelSizeNm,
            Camera = _microscope.Camera,
        },
        Method = new MethodRequest { Id = method, Task = "localization", Provider = "cpu" },
        Preview = new PreviewOptions { Rate = -1 },
    };

    /// <summary>Frame n as the camera gives it.</summary>
    public ushort[] Frame(long n)
    {
        var pixels = new ushort[_microscope.Grid.PixelCount];
        _microscope.Expose(n, pixels);
        return pixels;
    }

    /// <summary>Streams the frames of these numbers and collects what was found.</summary>
    public async Task<(List<Localization> Found, SessionSummary Summary)> StreamAsync(Session session, params long[] sequences)
    {
        using StreamConnection connection = session.Connect();
        Task<List<SessionUpdate>> reading = Bench.ReadAllAsync(connection.Updates);
        foreach (long sequence in sequences)
        {
            await session.WaitForBufferAsync(CancellationToken.None);
            Assert.That(session.Pool.TryRent(out FrameLease lease), Is.True);
            lease.Frame.LengthBytes = session.Specification.Acquisition.FrameBytes;
            Frame(sequence).CopyTo(MemoryMarshal.Cast<byte, ushort>(lease.Frame.Bytes));
            lease.Frame.Header = new FrameHeader { Sequence = sequence };
            session.Offer(lease);
        }

        SessionSummary summary = await session.CompleteAsync(CancellationToken.None);
        var found = new List<Localization>();
        foreach (LocalizationBatch batch in (await reading).Select(update => update.Body).OfType<LocalizationBatch>())
        {
            found.AddRange(batch.Rows);
        }

        return (found, summary);
    }

    public LocalizationScore Score(IEnumerable<Localization> found, params long[] sequences)
    {
        var truth = new List<Localization>();
        foreach (long sequence in sequences)
        {
            _microscope.GroundTruth(sequence, truth);
        }

        return LocalizationScorer.Score(
            new LocalizationTable(found).Snapshot(),
            new LocalizationTable(truth).Snapshot(),
            new ScoringOptions { WidthNm = _microscope.Grid.WidthNm, HeightNm = _microscope.Grid.HeightNm, BorderNm = 450, MinimumPhotons = 250 });
    }
}
