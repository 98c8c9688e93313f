using MicroscopeStream.Core.Results;

namespace MicroscopeStream.Localizations.Linking;

/// <summary>A molecule that may be seen again: running sums, so that its memory does not grow with its on-time.</summary>
internal struct OpenTrack
{
    private readonly long _first;
    private WeightedMean _x;
    private WeightedMean _y;
    private WeightedMean _z;
    private WeightedMean _photons;
    private WeightedMean _background;
    private WeightedMean _backgroundVariance;
    private WeightedMean _psfX;
    private WeightedMean _psfY;
    private double _photonVariance;
    private double _zVariance;
    private bool _statesLateral;
    private bool _statesAxial;
    private float _probability;

    public OpenTrack(in Localization first, double unknown)
    {
        this = default;
        _first = first.Frame;
        (_statesLateral, _statesAxial) = (true, true);
        Add(first, unknown);
    }

    public long LastFrame { get; private set; }

    public int Count { get; private set; }

    public readonly double X => _x.Mean;

    public readonly double Y => _y.Mean;

    public readonly double Z => _z.Mean;

    public readonly double VarianceX => 1 / _x.Weight;

    public readonly double VarianceY => 1 / _y.Weight;

    /// <summary>Variance of the mean depth, nm²; NaN where it is not stated.</summary>
    public readonly double VarianceZ => _statesAxial ? _zVariance : double.NaN;

    public static double Variance(float sigma, double unknown) => sigma > 0 && float.IsFinite(sigma) ? (double)sigma * sigma : unknown * unknown;

    public void Add(in Localization l, double unknown)
    {
        _x.Add(l.X, 1 / Variance(l.SigmaX, unknown));
        _y.Add(l.Y, 1 / Variance(l.SigmaY, unknown));
        _statesLateral &= l.SigmaX > 0 && l.SigmaY > 0;
        bool axial = l.SigmaZ > 0 && float.IsFinite(l.SigmaZ);
        _statesAxial &= axial;
        _z.Add(l.Z, axial ? 1 / ((double)l.SigmaZ * l.SigmaZ) : 1);
        _zVariance = 1 / _z.Weight;
        _photons.Add(l.Photons, 1);
        _photonVariance += (double)l.SigmaPhotons * l.SigmaPhotons;
        _background.Add(l.Background, 1);
        _backgroundVariance.Add((double)l.BackgroundStd * l.BackgroundStd, 1);

        // The more photons, the better the width is known.
        double brightness = l.Photons > 0 && float.IsFinite(l.Photons) ? l.Photons : 1;
        _psfX.Add(l.PsfSigmaX, brightness);
        _psfY.Add(l.PsfSigmaY, brightness);
        _probability = MathF.Max(_probability, l.Probability);
        LastFrame = l.Frame;
        Count++;
    }

    public readonly Track Close() => new(
        new Localization
        {
            Frame = _first,
            X = _x.Mean,
            Y = _y.Mean,
            Z = _z.Mean,
            Photons = (float)_photons.Sum,
            Background = (float)_background.Mean,
            BackgroundStd = (float)Math.Sqrt(_backgroundVariance.Mean),
            PsfSigmaX = (float)_psfX.Mean,
            PsfSigmaY = (float)_psfY.Mean,
            SigmaX = _statesLateral ? (float)Math.Sqrt(VarianceX) : float.NaN,
            SigmaY = _statesLateral ? (float)Math.Sqrt(VarianceY) : float.NaN,
            SigmaZ = _statesAxial && double.IsFinite(Z) ? (float)Math.Sqrt(_zVariance) : float.NaN,
            SigmaPhotons = (float)Math.Sqrt(_photonVariance),
            Probability = _probability,
        },
        LastFrame,
        Count);

    /// <summary>A mean of what is known; NaN when nothing is.</summary>
    private struct WeightedMean
    {
        private double _sum;

        public double Weight { get; private set; }

        public readonly double Mean => Weight > 0 ? _sum / Weight : double.NaN;

        public readonly double Sum => Weight > 0 ? _sum : double.NaN;

        public void Add(double value, double weight)
        {
            if (double.IsFinite(value))
            {
                _sum += value * weight;
                Weight += weight;
            }
        }
    }
}
