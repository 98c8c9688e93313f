using System.IO.Compression;
using Google.Protobuf;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Pipeline.Publishing;
using PreviewKind = MicroscopeStream.Contract.V1.PreviewKind;

namespace MicroscopeStream.Server.Sessions;

/// <summary>Preview planes as the contract says them, packed where the session asked for it.</summary>
internal static class PreviewMessages
{
    /// <summary>Codes of a plane or a part of it, on their grid.</summary>
    public static Preview ToMessage(PreviewPlane plane, ReadOnlyMemory<byte> pixels, PixelGrid grid) => new()
    {
        Kind = plane.Kind switch
        {
            Pipeline.Publishing.PreviewKind.SuperResolved => PreviewKind.SuperResolved,
            Pipeline.Publishing.PreviewKind.Widefield => PreviewKind.Widefield,
            Pipeline.Publishing.PreviewKind.Trust => PreviewKind.Trust,
            Pipeline.Publishing.PreviewKind.Depth => PreviewKind.Depth,
            Pipeline.Publishing.PreviewKind.Refined => PreviewKind.Refined,
            Pipeline.Publishing.PreviewKind.Times => PreviewKind.Times,
            _ => PreviewKind.Unspecified,
        },
        Width = (uint)grid.Width,
        Height = (uint)grid.Height,
        BytesPerPixel = 1,
        Encoding = plane.Compress ? PlaneEncoding.Zlib : PlaneEncoding.Raw,
        Data = plane.Compress ? Deflate(pixels.Span) : UnsafeByteOperations.UnsafeWrap(pixels),
        DisplayMin = plane.DisplayMinimum,
        DisplayMax = plane.DisplayMaximum,
        PixelSizeNm = grid.PixelSizeNm,
        OriginXNm = plane.OriginXNm,
        OriginYNm = plane.OriginYNm,
        Frames = (ulong)plane.Frames,
        Localizations = (ulong)plane.Localizations,
        Provider = plane.Provider,
        Slice = plane.Slice is { } slice ? VideoMessages.ToMessage(slice) : null,
    };

    private static ByteString Deflate(ReadOnlySpan<byte> pixels)
    {
        using var packed = new MemoryStream(pixels.Length / 4);
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write(pixels);
        }

        return UnsafeByteOperations.UnsafeWrap(packed.GetBuffer().AsMemory(0, (int)packed.Length));
    }
}
