using MicroscopeStream.Core.Results;

namespace MicroscopeStream.Localizations.Drift;

/// <summary>Positions by time slice: the part of a table that drift is estimated from, in frame order.</summary>
internal sealed class PointCloud
{
    public PointCloud(long firstFrame, int frames, float[] x, float[] y, int[] frame)
    {
        FirstFrame = firstFrame;
        Frames = frames;
        X = x;
        Y = y;
        Frame = frame;
    }

    public long FirstFrame { get; }

    /// <summary>Frames from the first to the last localization.</summary>
    public int Frames { get; }

    /// <summary>Positions, nm, in frame order.</summary>
    public float[] X { get; }

    /// <summary>Positions, nm, in frame order.</summary>
    public float[] Y { get; }

    /// <summary>Frame of each position, from 0 at <see cref="FirstFrame"/>, rising.</summary>
    public int[] Frame { get; }

    public static PointCloud From(IReadOnlyList<Localization> table, DriftOptions options)
    {
        var usable = new List<Localization>(table.Count);
        foreach (Localization l in table)
        {
            if (!(l.LateralUncertainty > options.MaximumUncertaintyNm) && double.IsFinite(l.X) && double.IsFinite(l.Y))
            {
                usable.Add(l);
            }
        }

        // Batches of one frame stay in the order they came: sorting is stable.
        Localization[] rows = [.. usable.OrderBy(static l => l.Frame)];
        int stride = 1 + (rows.Length / options.MaximumLocalizations);
        int count = (rows.Length + stride - 1) / stride;
        var x = new float[count];
        var y = new float[count];
        var frame = new int[count];
        long first = rows.Length > 0 ? rows[0].Frame : 0;
        for (int i = 0; i < count; i++)
        {
            Localization l = rows[i * stride];
            (x[i], y[i], frame[i]) = ((float)l.X, (float)l.Y, checked((int)(l.Frame - first)));
        }

        return new PointCloud(first, rows.Length > 0 ? checked((int)(rows[^1].Frame - first)) + 1 : 0, x, y, frame);
    }

    /// <summary>Index of the first position at or after a frame.</summary>
    public int IndexOf(int frame)
    {
        int i = Array.BinarySearch(Frame, frame);
        if (i < 0)
        {
            return ~i;
        }

        while (i > 0 && Frame[i - 1] == frame)
        {
            i--;
        }

        return i;
    }
}
