using MicroscopeStream.Core.Results;

namespace MicroscopeStream.Localizations.Scoring;

/// <summary>Sums over the frames of a comparison.</summary>
internal sealed class ScoreTally
{
    private RunningMoments _x;
    private RunningMoments _y;
    private RunningMoments _z;
    private RunningMoments _scoreX;
    private RunningMoments _scoreY;
    private RunningMoments _scoreZ;
    private long _matched;
    private long _false;
    private long _missed;
    private long _dim;
    private long _frames;

    public void AddFrame(int matched, int falsePositives, int missed, int dim)
    {
        _matched += matched;
        _false += falsePositives;
        _missed += missed;
        _dim += dim;
        _frames++;
    }

    public void AddMatch(in Localization found, in Localization emitter)
    {
        double dx = found.X - emitter.X, dy = found.Y - emitter.Y, dz = found.Z - emitter.Z;
        _x.Add(dx);
        _y.Add(dy);
        AddScore(ref _scoreX, dx, found.SigmaX);
        AddScore(ref _scoreY, dy, found.SigmaY);
        if (double.IsFinite(dz))
        {
            _z.Add(dz);
            AddScore(ref _scoreZ, dz, found.SigmaZ);
        }
    }

    public LocalizationScore ToScore(bool axial) => new()
    {
        TruePositives = _matched,
        FalsePositives = _false,
        FalseNegatives = _missed,
        DimMatches = _dim,
        Frames = _frames,
        LateralRmseNm = Math.Sqrt(_x.MeanSquare + _y.MeanSquare),
        AxialRmseNm = axial ? Math.Sqrt(_z.MeanSquare) : double.NaN,
        MeanErrorXNm = _x.Mean,
        MeanErrorYNm = _y.Mean,
        ZScoreStdX = _scoreX.StandardDeviation,
        ZScoreStdY = _scoreY.StandardDeviation,
        ZScoreStdZ = axial ? _scoreZ.StandardDeviation : double.NaN,
    };

    private static void AddScore(ref RunningMoments scores, double error, float sigma)
    {
        if (sigma > 0 && float.IsFinite(sigma))
        {
            scores.Add(error / sigma);
        }
    }

    /// <summary>Mean and variance as the numbers come (Welford 1962, 10.1080/00401706.1962.10490022).</summary>
    private struct RunningMoments
    {
        private long _count;
        private double _mean;
        private double _squares;

        public readonly double Mean => _count > 0 ? _mean : double.NaN;

        public readonly double MeanSquare => _count > 0 ? (_squares / _count) + (_mean * _mean) : double.NaN;

        public readonly double StandardDeviation => _count > 0 ? Math.Sqrt(_squares / _count) : double.NaN;

        public void Add(double value)
        {
            _count++;
            double delta = value - _mean;
            _mean += delta / _count;
            _squares += delta * (value - _mean);
        }
    }
}
