using System.Runtime.InteropServices;
using MicroscopeStream.Core.Results;

namespace MicroscopeStream.Pipeline.Publishing;

/// <summary>
/// Localizations of one or more consecutive results, in the order of frames. Empty batches are sent too: they say that
/// a frame was worked on. Pooled; see <see cref="SessionUpdate"/>.
/// </summary>
public sealed record LocalizationBatch : UpdateBody
{
    private readonly LocalizationBatchPool _pool;
    private Localization[] _rows = [];
    private int _references;

    internal LocalizationBatch(LocalizationBatchPool pool) => _pool = pool;

    /// <summary>Number of localizations.</summary>
    public int Count { get; private set; }

    /// <summary>The localizations.</summary>
    public ReadOnlySpan<Localization> Rows => _rows.AsSpan(0, Count);

    /// <summary>Localizations that it has room for without growing.</summary>
    internal int Room => _rows.Length;

    internal void Append(ReadOnlySpan<Localization> rows)
    {
        if (Count + rows.Length > _rows.Length)
        {
            Array.Resize(ref _rows, Math.Max(Count + rows.Length, Math.Max(16, _rows.Length * 2)));
        }

        rows.CopyTo(_rows.AsSpan(Count));
        Count += rows.Length;
    }

    internal void Append(List<Localization> rows) => Append(CollectionsMarshal.AsSpan(rows));

    internal void Start()
    {
        Count = 0;
        _references = 1;
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
