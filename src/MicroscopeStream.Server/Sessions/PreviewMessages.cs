using System.IO.Compression;
using Google.Protobuf;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Pipeline.Publishing;
using PreviewKind = MicroscopeStream.Contract.V1.PreviewKind;

namespace MicroscopeStream.Server.Sessions;

/// <summary>Preview planes as the contract says them, packed where the session asked for it.</summary>
internal static class PreviewMessages
{
    public static Preview ToMessage(PreviewPlane plane) => new()
    {
        Kind = plane.Kind switch
        {
            Pipeline.Publishing.PreviewKind.SuperResolved => PreviewKind.SuperResolved,
            Pipeline.Publishing.PreviewKind.Widefield => PreviewKind.Widefield,
            Pipeline.Publishing.PreviewKind.Trust => PreviewKind.Trust,
            _ => PreviewKind.Unspecified,
        },
        Width = (uint)plane.Grid.Width,
        Height = (uint)plane.Grid.Height,
        BytesPerPixel = 1,
        Encoding = plane.Compress ? PlaneEncoding.Zlib : PlaneEncoding.Raw,
        Data = plane.Compress ? Deflate(plane.Pixels.Span) : UnsafeByteOperations.UnsafeWrap(plane.Pixels),
        DisplayMin = plane.DisplayMinimum,
        DisplayMax = plane.DisplayMaximum,
        PixelSizeNm = plane.Grid.PixelSizeNm,
        OriginXNm = plane.OriginXNm,
        OriginYNm = plane.OriginYNm,
        Frames = (ulong)plane.Frames,
        Localizations = (ulong)plane.Localizations,
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
