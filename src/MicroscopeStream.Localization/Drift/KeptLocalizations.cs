using MicroscopeStream.Core.Results;

namespace MicroscopeStream.Localizations.Drift;

/// <summary>
/// The localizations that a <see cref="DriftCorrectedRenderer"/> keeps, as they were at one moment: frame, corrected position and
/// lateral precision; the other values are not kept. Copies nothing, never changes, and may be read from any thread.
/// </summary>
public sealed class KeptLocalizations
{
    private readonly KeptPoint[][] _chunks;
    private readonly int _inLast;
    private readonly DriftCurve _curve;

    internal KeptLocalizations(KeptPoint[][] chunks, int inLast, DriftCurve curve)
    {
        (_chunks, _inLast, _curve) = (chunks, inLast, curve);
        Count = chunks.Length == 0 ? 0 : ((long)(chunks.Length - 1) * chunks[0].Length) + inLast;
    }

    /// <summary>Number of localizations.</summary>
    public long Count { get; }

    /// <summary>Hands out all of them, in the order in which they came, in batches that are valid during the call.</summary>
    public void Visit(Action<ReadOnlySpan<Localization>> visit)
    {
        var batch = new Localization[Math.Min(Count, 1024)];
        for (int c = 0; c < _chunks.Length; c++)
        {
            ReadOnlySpan<KeptPoint> points = _chunks[c].AsSpan(0, c == _chunks.Length - 1 ? _inLast : _chunks[c].Length);
            while (!points.IsEmpty)
            {
                int count = Math.Min(points.Length, batch.Length);
                for (int i = 0; i < count; i++)
                {
                    batch[i] = points[i].At(_curve);
                }

                visit(batch.AsSpan(0, count));
                points = points[count..];
            }
        }
    }
}
