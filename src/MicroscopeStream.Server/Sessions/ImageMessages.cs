using System.Runtime.InteropServices;
using Google.Protobuf;
using MicroscopeStream.Contract.V1;
using PreviewKind = MicroscopeStream.Pipeline.Publishing.PreviewKind;

namespace MicroscopeStream.Server.Sessions;

/// <summary>Images in full as the contract says them.</summary>
internal static class ImageMessages
{
    public static ResultImage ToMessage(Pipeline.Publishing.ResultImage image) => new()
    {
        Kind = image.Kind == PreviewKind.Trust ? ResultImageKind.Trust : ResultImageKind.SuperResolved,
        Width = (uint)image.Grid.Width,
        Height = (uint)image.Grid.Height,
        PixelSizeNm = image.Grid.PixelSizeNm,
        Data = ByteString.CopyFrom(MemoryMarshal.AsBytes(image.Pixels.Span)),
        Frames = (ulong)image.Frames,
        OfGroup = image.OfGroup,
    };
}
