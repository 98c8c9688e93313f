using MicroscopeStream.Core.Frames;

namespace MicroscopeStream.Localizations.Candidates;

/// <summary>The square regions around a frame's candidates, cut out one after the other as fits take them.</summary>
/// <param name="grid">The frames' pixels.</param>
/// <param name="candidates">Those of the frame; read when regions are cut.</param>
/// <param name="size">Edge of a region, px, odd, at most the frame's.</param>
/// <param name="readVariance">Variance of the read noise where no map is given, photons².</param>
/// <remarks>Many threads may read once regions are cut. Allocates nothing once its buffers have grown.</remarks>
internal sealed class CandidateRegions(PixelGrid grid, List<Candidate> candidates, int size, double readVariance)
{
    private readonly float[] _uniform = [(float)readVariance];
    private float[] _photons = [];
    private float[] _variances = [];
    private bool _mapped;

    /// <summary>Cuts the regions out of a frame.</summary>
    /// <param name="photons">The frame, photons, row-major (y, x).</param>
    /// <param name="variances">Variance of each pixel's read noise, photons²; empty: the same everywhere.</param>
    public void Cut(ReadOnlySpan<float> photons, ReadOnlySpan<float> variances)
    {
        int area = size * size, count = candidates.Count;
        _mapped = !variances.IsEmpty;
        if (_photons.Length < count * area)
        {
            _photons = new float[count * 2 * area];
        }

        if (_mapped && _variances.Length < _photons.Length)
        {
            _variances = new float[_photons.Length];
        }

        for (int i = 0; i < count; i++)
        {
            (int x, int y) = Corner(i);
            for (int row = 0; row < size; row++)
            {
                int from = ((y + row) * grid.Width) + x, to = (i * area) + (row * size);
                photons.Slice(from, size).CopyTo(_photons.AsSpan(to));
                if (_mapped)
                {
                    variances.Slice(from, size).CopyTo(_variances.AsSpan(to));
                }
            }
        }
    }

    /// <summary>A region's corner, px: centred on the candidate, moved inwards at the borders.</summary>
    public (int X, int Y) Corner(int candidate) =>
        (Math.Clamp(candidates[candidate].X - (size / 2), 0, grid.Width - size), Math.Clamp(candidates[candidate].Y - (size / 2), 0, grid.Height - size));

    /// <summary>Pixels of the regions from <paramref name="first"/> on, before <paramref name="end"/>, each row-major (y, x).</summary>
    public ReadOnlySpan<float> Photons(int first, int end) => _photons.AsSpan(first * size * size, (end - first) * size * size);

    /// <summary>Variances of the same pixels; one value where it is the same for all.</summary>
    public ReadOnlySpan<float> ReadVariance(int first, int end) =>
        _mapped ? _variances.AsSpan(first * size * size, (end - first) * size * size) : _uniform;
}
