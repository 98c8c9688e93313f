using System.IO.Compression;
using System.Runtime.InteropServices;
using Google.Protobuf;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Pipeline.Publishing;
using VideoRevision = MicroscopeStream.Contract.V1.VideoRevision;

namespace MicroscopeStream.Server.Sessions;

/// <summary>Frames of a video as the contract says them.</summary>
internal static class VideoMessages
{
    public static VideoFrame ToMessage(VideoPicture picture)
    {
        bool refined = picture.Revision == MicroscopeStream.Video.VideoRevision.Refined;
        var message = new VideoFrame
        {
            Index = (ulong)picture.Slice.Index,
            FirstFrame = (ulong)picture.Slice.FirstFrame,
            LastFrame = (ulong)picture.Slice.LastFrame,
            Frames = (uint)picture.Slice.Frames,
            Localizations = (uint)picture.Slice.Localizations,
            Revision = refined ? VideoRevision.Refined : VideoRevision.Provisional,
            LookAhead = (uint)picture.LookAhead,
            Width = (uint)picture.Grid.Width,
            Height = (uint)picture.Grid.Height,
            PixelSizeNm = picture.Grid.PixelSizeNm,
            Density = Deflate(MemoryMarshal.AsBytes(picture.Density.Span)),
            DensityMax = picture.DensityMaximum,
            Cautions = { picture.Cautions },
        };
        if (refined)
        {
            message.Change = picture.Change;
        }
        else
        {
            message.SupportCount = Deflate(picture.SupportCount.Span);
            message.SupportAge = Deflate(picture.SupportAge.Span);
        }

        return message;
    }

    public static Contract.V1.VideoSlice ToMessage(Pipeline.Publishing.VideoSlice slice)
    {
        bool refined = slice.Revision == MicroscopeStream.Video.VideoRevision.Refined;
        var message = new Contract.V1.VideoSlice
        {
            Index = (ulong)slice.Time.Index,
            FirstFrame = (ulong)slice.Time.FirstFrame,
            LastFrame = (ulong)slice.Time.LastFrame,
            Frames = (uint)slice.Time.Frames,
            Localizations = (uint)slice.Time.Localizations,
            Revision = refined ? VideoRevision.Refined : VideoRevision.Provisional,
            LookAhead = (uint)slice.LookAhead,
        };
        if (refined)
        {
            message.Change = slice.Change;
        }

        return message;
    }

    // Mostly dark planes: the fastest level halves them several times over.
    private static ByteString Deflate(ReadOnlySpan<byte> plane)
    {
        using var packed = new MemoryStream(plane.Length / 8);
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write(plane);
        }

        return UnsafeByteOperations.UnsafeWrap(packed.GetBuffer().AsMemory(0, (int)packed.Length));
    }
}
