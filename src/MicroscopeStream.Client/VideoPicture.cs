using System.Buffers.Binary;
using System.IO.Compression;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Core.Frames;

namespace MicroscopeStream.Client;

/// <summary>A frame of a super-resolved video with what it rests on. Planes are row-major (y, x).</summary>
public sealed class VideoPicture
{
    private readonly byte[] _codes;
    private readonly float _maximum;

    private VideoPicture(VideoFrame frame, byte[] codes, byte[] count, byte[] age)
    {
        (_codes, _maximum) = (codes, frame.DensityMax);
        (SupportCount, SupportAge) = (count, age);
        (Index, FirstFrame, LastFrame) = ((long)frame.Index, (long)frame.FirstFrame, (long)frame.LastFrame);
        (Frames, Localizations, LookAhead) = ((int)frame.Frames, (int)frame.Localizations, (int)frame.LookAhead);
        Revision = frame.Revision;
        Grid = new PixelGrid((int)frame.Width, (int)frame.Height, frame.PixelSizeNm);
        Change = frame.HasChange ? frame.Change : null;
        Cautions = [.. frame.Cautions];
    }

    /// <summary>Number of its slice, from 0, gaps counted.</summary>
    public long Index { get; }

    /// <summary>First camera frame of the slice, sequence number.</summary>
    public long FirstFrame { get; }

    /// <summary>Last camera frame of the slice, sequence number.</summary>
    public long LastFrame { get; }

    /// <summary>Camera frames of the slice that came; 0 when it bridges a gap.</summary>
    public int Frames { get; }

    /// <summary>Localizations in the slice.</summary>
    public int Localizations { get; }

    /// <summary>Provisional or refined.</summary>
    public VideoRevision Revision { get; }

    /// <summary>Slices after its own that it was refined with; 0 when provisional.</summary>
    public int LookAhead { get; }

    /// <summary>The video's grid.</summary>
    public PixelGrid Grid { get; }

    /// <summary>Fading number of localizations around each pixel, 255 at most; empty when refined.</summary>
    public IReadOnlyList<byte> SupportCount { get; }

    /// <summary>Slices since the last of them, 255: never or longer; empty when refined.</summary>
    public IReadOnlyList<byte> SupportAge { get; }

    /// <summary>Refined: norm of what changed since the provisional one over the norm of the frame; null when provisional.</summary>
    public double? Change { get; }

    /// <summary>What speaks against it, one sentence each.</summary>
    public IReadOnlyList<string> Cautions { get; }

    /// <summary>The density, relative units, ≥ 0.</summary>
    public float[] ToDensity()
    {
        var density = new float[Grid.PixelCount];
        for (int i = 0; i < density.Length; i++)
        {
            density[i] = BinaryPrimitives.ReadUInt16LittleEndian(_codes.AsSpan(2 * i)) * (_maximum / ushort.MaxValue);
        }

        return density;
    }

    /// <exception cref="InvalidDataException">Sizes and bytes do not agree.</exception>
    internal static VideoPicture From(VideoFrame frame)
    {
        const long most = 1 << 28;
        long pixels = (long)frame.Width * frame.Height;
        if (pixels is < 1 or > most || !(frame.PixelSizeNm > 0))
        {
            throw new InvalidDataException($"A video frame of {frame.Width} × {frame.Height} px of {frame.PixelSizeNm} nm came; expected 1 to {most} pixels.");
        }

        bool provisional = frame.Revision != VideoRevision.Refined;
        return new VideoPicture(
            frame, Inflate(frame.Density.Memory, 2 * pixels), Inflate(frame.SupportCount.Memory, provisional ? pixels : 0), Inflate(frame.SupportAge.Memory, provisional ? pixels : 0));
    }

    private static byte[] Inflate(ReadOnlyMemory<byte> packed, long length)
    {
        if (length == 0)
        {
            return [];
        }

        using var source = new MemoryStream(packed.ToArray(), writable: false);
        using var inflater = new ZLibStream(source, CompressionMode.Decompress);
        var bytes = new byte[length];
        int read = inflater.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return read == length && inflater.ReadByte() < 0
            ? bytes
            : throw new InvalidDataException($"A plane of a video frame holds {(read == length ? "more than " : string.Empty)}{read} bytes; expected {length}.");
    }
}
