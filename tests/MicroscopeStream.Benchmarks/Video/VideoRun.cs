using System.Runtime.InteropServices;
using MicroscopeStream.Client;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Simulator.Scenes;
using PixelType = MicroscopeStream.Core.Frames.PixelType;

namespace MicroscopeStream.Benchmarks.Video;

/// <summary>One video made by the service: its pictures as first published and as refined, by slice.</summary>
internal sealed class VideoRun
{
    private VideoRun(float[][] provisional, float[][] refined) => (Provisional, Refined) = (provisional, refined);

    public float[][] Provisional { get; }

    /// <summary>Empty planes where nothing was refined.</summary>
    public float[][] Refined { get; }

    public static async Task<VideoRun> StreamAsync(
        MicroscopeClient client, VideoScene scene, IReadOnlyList<ushort[]> frames, string method, IReadOnlyDictionary<string, double> parameters, CancellationToken cancellationToken)
    {
        int slices = frames.Count / scene.SliceFrames;
        float[][] provisional = new float[slices][], refined = new float[slices][];
        Array.Fill(refined, []);
        await using AcquisitionSession session = await client.OpenAsync(
            new AcquisitionRequest
            {
                Width = scene.Width,
                Height = scene.Height,
                PixelType = PixelType.UInt16,
                PixelSizeNm = scene.PixelSizeNm,
                Method = method,
                Task = "video",
                Camera = scene.Camera,
                PreviewRate = -1,
                FrameRate = scene.FrameRate,
                Parameters = new Dictionary<string, double>(parameters) { ["slice_frames"] = scene.SliceFrames },
            },
            cancellationToken).ConfigureAwait(false);
        session.UpdateReceived += update =>
        {
            if (update is VideoUpdate { Picture: var picture })
            {
                (picture.Revision == VideoRevision.Refined ? refined : provisional)[picture.Index] = picture.ToDensity();
            }
        };
        foreach (ushort[] frame in frames)
        {
            await session.SendAsync(MemoryMarshal.AsBytes(frame.AsSpan()).ToArray(), cancellationToken).ConfigureAwait(false);
        }

        await session.CompleteAsync(cancellationToken).ConfigureAwait(false);
        return new VideoRun(provisional, refined);
    }
}
