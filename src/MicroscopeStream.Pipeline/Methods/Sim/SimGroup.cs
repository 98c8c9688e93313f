using MicroscopeStream.Core.Frames;
using MicroscopeStream.Pipeline.Assembly;
using MicroscopeStream.StructuredIllumination.Orders;

namespace MicroscopeStream.Pipeline.Methods.Sim;

/// <summary>The newest frame of each place in a group.</summary>
/// <param name="acquisition">Order and grids.</param>
internal sealed class SimGroup(SimAcquisition acquisition)
{
    private readonly int _area = acquisition.Frame.PixelCount;
    private readonly bool[] _present = new bool[acquisition.Order.FramesPerImage];

    /// <summary>Frames one after the other by their places, photons, row-major (y, x).</summary>
    public float[] Frames { get; } = new float[acquisition.Order.FramesPerImage * acquisition.Frame.PixelCount];

    /// <summary>Frames of a group.</summary>
    public int Count => _present.Length;

    /// <summary>Whether each place has had a frame.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Camera images taken so far.</summary>
    public long Taken { get; private set; }

    /// <summary>The frame of a place.</summary>
    public Span<float> this[int place] => Frames.AsSpan(place * _area, _area);

    /// <summary>Whether an input brings all frames of a group.</summary>
    public bool IsWhole(AssembledInput input) => acquisition.Order.IsTiled || input.NewFrames == Count;

    /// <summary>The place of a frame of an input: as tagged, else by its sequence number.</summary>
    public int PlaceOf(AssembledInput input, int offset)
    {
        FrameHeader header = input[offset].Header;
        int tagged = acquisition.TaggedPlace(header);
        return tagged >= 0 ? tagged : (int)(header.Sequence % Count);
    }

    /// <summary>Takes what an input brings.</summary>
    public void Take(AssembledInput input)
    {
        Taken += input.NewFrames;
        if (acquisition.Order.IsTiled)
        {
            for (int n = 0; n < Count; n++)
            {
                FrameTiles.Cut(acquisition.Order, input.Photons(0), acquisition.Camera.Width, n, this[n]);
            }

            IsComplete = true;
            return;
        }

        for (int offset = 1 - input.NewFrames; offset <= 0; offset++)
        {
            int place = PlaceOf(input, offset);
            input.Photons(offset).CopyTo(this[place]);
            _present[place] = true;
        }

        IsComplete = IsComplete || Array.TrueForAll(_present, p => p);
    }
}
