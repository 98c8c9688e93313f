using MicroscopeStream.Core.Frames;
using MicroscopeStream.Imaging.Rendering;

namespace MicroscopeStream.Pipeline.Publishing;

/// <summary>What an image shows.</summary>
public enum PreviewKind
{
    /// <summary>The super-resolved image.</summary>
    SuperResolved = 1,

    /// <summary>The mean of the camera frames, photons.</summary>
    Widefield = 2,

    /// <summary>What speaks against the result: 0 where nothing does, 3 and more where noise does not explain it.</summary>
    Trust = 3,

    /// <summary>Mean depth of what <see cref="SuperResolved"/> shows, nm; code 0 where that shows nothing.</summary>
    Depth = 4,

    /// <summary>The newest refined picture of a video: of an earlier slice than <see cref="SuperResolved"/>, made anew with the slices after it.</summary>
    Refined = 5,

    /// <summary>Mean time of what <see cref="SuperResolved"/> shows, sequence number of the frame; code 0 where that shows nothing. Only where somebody asks for it.</summary>
    Times = 6,
}

/// <summary>Kinds as places of arrays.</summary>
internal static class PreviewKinds
{
    /// <summary>Places that an array by kind has; 0 is none.</summary>
    public const int Count = (int)PreviewKind.Times + 1;
}

/// <summary>
/// One plane for display, 8 bits per pixel: value = <see cref="DisplayMinimum"/> + stored ÷ 255 ×
/// (<see cref="DisplayMaximum"/> − <see cref="DisplayMinimum"/>). Pooled; see <see cref="SessionUpdate"/>.
/// </summary>
public sealed record PreviewPlane : UpdateBody
{
    /// <summary>Parts that are kept for other viewers; those who look at something of their own are few.</summary>
    private const int MostParts = 4;

    private readonly PreviewPlanePool _pool;
    private readonly PlaneBinner[] _binners = new PlaneBinner[MostParts];
    private readonly (PlanePart Part, ReadOnlyMemory<byte> Pixels)[] _parts = new (PlanePart, ReadOnlyMemory<byte>)[MostParts];
    private int _partCount;
    private byte[] _pixels = [];
    private int _references;

    internal PreviewPlane(PreviewPlanePool pool) => _pool = pool;

    /// <summary>What it shows.</summary>
    public PreviewKind Kind { get; internal set; }

    /// <summary>The preview's own grid: size and pixel size after binning for sending.</summary>
    public PixelGrid Grid { get; private set; }

    /// <summary>Position of the plane's corner from the corner of the camera's region of interest, x, nm.</summary>
    public double OriginXNm { get; internal set; }

    /// <summary>Position of the plane's corner from the corner of the camera's region of interest, y, nm.</summary>
    public double OriginYNm { get; internal set; }

    /// <summary>Value that the stored 0 stands for.</summary>
    public float DisplayMinimum { get; internal set; }

    /// <summary>Value that the stored 255 stands for.</summary>
    public float DisplayMaximum { get; internal set; }

    /// <summary>Frames that the image was made from.</summary>
    public long Frames { get; internal set; }

    /// <summary>Localizations that the image was made from.</summary>
    public long Localizations { get; internal set; }

    /// <summary>Execution provider that ran the method when the image was made.</summary>
    public string Provider { get; internal set; } = string.Empty;

    /// <summary>The stretch of time that it shows, and how final it is; null where it is not of a video.</summary>
    public VideoSlice? Slice { get; internal set; }

    /// <summary>Whether no more of its kind will come.</summary>
    internal bool IsLast { get; set; }

    /// <summary>Whether the session asked for planes packed with zlib on the wire.</summary>
    public bool Compress { get; internal set; }

    /// <summary>The plane, one byte per pixel, row-major (y, x).</summary>
    public ReadOnlyMemory<byte> Pixels => _pixels.AsMemory(0, Grid.PixelCount);

    /// <summary>Cuts out and bins a part, once for all viewers who want the same.</summary>
    /// <param name="part">What to take; within the plane.</param>
    /// <param name="own">Where to make a part that no more room is for here.</param>
    /// <returns>Codes of the part, row-major (y, x); valid as long as the plane is held, and until <paramref name="own"/> is used again.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The part is not within the plane, or its factor not 1…255.</exception>
    /// <remarks>Thread-safe.</remarks>
    public ReadOnlyMemory<byte> Part(PlanePart part, PlaneBinner own)
    {
        lock (_parts)
        {
            for (int i = 0; i < _partCount; i++)
            {
                if (_parts[i].Part == part)
                {
                    return _parts[i].Pixels;
                }
            }

            if (_partCount < MostParts)
            {
                PlaneBinner binner = _binners[_partCount] ??= new PlaneBinner();
                ReadOnlyMemory<byte> made = binner.Bin(Pixels.Span, Grid.Width, part, HasGaps);
                _parts[_partCount++] = (part, made);
                return made;
            }
        }

        return own.Bin(Pixels.Span, Grid.Width, part, HasGaps);
    }

    /// <summary>Whether code 0 means that there is nothing.</summary>
    private bool HasGaps => Kind is PreviewKind.Depth or PreviewKind.Times;

    internal Span<byte> Start(PixelGrid grid)
    {
        Grid = grid;
        _references = 1;
        _partCount = 0;
        if (_pixels.Length < grid.PixelCount)
        {
            _pixels = new byte[grid.PixelCount];
        }

        return _pixels.AsSpan(0, grid.PixelCount);
    }

    internal override void Retain() => Interlocked.Increment(ref _references);

    internal override void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            _pool.TakeBack(this);
        }
    }
}
