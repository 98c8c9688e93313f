namespace MicroscopeStream.StructuredIllumination.Patterns;

/// <summary>
/// How strongly each place of the frequency plane looks like a carrier: the power of a weighted sum of the products' transforms (or,
/// without weights, the sum of their powers), divided by the median at the same distance from the centre.
/// </summary>
internal sealed class CarrierMap
{
    private readonly GroupSpectra _group;
    private readonly float[] _score;
    private readonly int _columns;
    private readonly double _outer;

    private CarrierMap(GroupSpectra group, float[] power, double outerPerUm)
    {
        (_group, _score, _columns, _outer) = (group, power, group.Width, outerPerUm);
        DivideByRings();
    }

    /// <summary>Background power at |k|: median of the ring, per 1/µm distance.</summary>
    public double[] Rings { get; private set; } = [];

    /// <summary>The map of frames that are summed with given phases: sharp, and one-sided, when these are right.</summary>
    public static CarrierMap Coherent(GroupSpectra group, float[][] real, float[][] imaginary, ReadOnlySpan<double> phases, double outerPerUm)
    {
        int w = group.Width, h = group.Height, stride = group.Transform.Stride;
        var power = new float[w * h];
        (double Sin, double Cos)[] turn = [.. phases.ToArray().Select(p => double.IsNaN(p) ? (0, 0) : Math.SinCos(p))];
        for (int v = 0; v < h; v++)
        {
            for (int u = 0; u < group.Transform.Columns; u++)
            {
                double re = 0, im = 0, oppositeRe = 0, oppositeIm = 0;
                for (int n = 0; n < turn.Length; n++)
                {
                    (double s, double c) = turn[n];
                    if (s == 0 && c == 0)
                    {
                        continue;
                    }

                    double r = real[n][(v * stride) + u], i = imaginary[n][(v * stride) + u];
                    re += (r * c) - (i * s);
                    im += (r * s) + (i * c);
                    oppositeRe += (r * c) + (i * s);
                    oppositeIm += (r * s) - (i * c);
                }

                power[(v * w) + u] = (float)((re * re) + (im * im));
                power[((v == 0 ? 0 : h - v) * w) + (u == 0 ? 0 : w - u)] = (float)((oppositeRe * oppositeRe) + (oppositeIm * oppositeIm));
            }
        }

        return new CarrierMap(group, power, outerPerUm);
    }

    /// <summary>The map that does not ask for phases or order: the sum of all frames' powers.</summary>
    public static CarrierMap OrderFree(GroupSpectra group, float[][] real, float[][] imaginary, double outerPerUm)
    {
        int w = group.Width, h = group.Height, stride = group.Transform.Stride;
        var power = new float[w * h];
        for (int v = 0; v < h; v++)
        {
            for (int u = 0; u < group.Transform.Columns; u++)
            {
                double sum = 0;
                for (int n = 0; n < real.Length; n++)
                {
                    double r = real[n][(v * stride) + u], i = imaginary[n][(v * stride) + u];
                    sum += (r * r) + (i * i);
                }

                power[(v * w) + u] = power[((v == 0 ? 0 : h - v) * w) + (u == 0 ? 0 : w - u)] = (float)sum;
            }
        }

        return new CarrierMap(group, power, outerPerUm);
    }

    /// <summary>The place of the highest score between two distances that is not near excluded places or their opposites.</summary>
    public (double Kx, double Ky, double Score) Peak(double inner, double outer, IReadOnlyList<(double Kx, double Ky)> excluded, CarrierMap? second = null)
    {
        (double Kx, double Ky, double Score) best = (0, 0, -1);
        double near = Math.Max(0.08 * outer, 3 * Math.Max(_group.StepX, _group.StepY));
        for (int v = 0; v < _group.Height; v++)
        {
            double ky = (v <= _group.Height / 2 ? v : v - _group.Height) * _group.StepY;
            for (int u = 0; u < _columns; u++)
            {
                double kx = (u <= _columns / 2 ? u : u - _columns) * _group.StepX, k = Math.Sqrt((kx * kx) + (ky * ky));
                if (k < inner || k > outer)
                {
                    continue;
                }

                double score = _score[(v * _columns) + u];
                if (second is not null)
                {
                    score += second.Around(2 * kx, 2 * ky);
                }

                if (score > best.Score && !IsNear(excluded, kx, ky, near))
                {
                    best = (kx, ky, score);
                }
            }
        }

        return best;
    }

    /// <summary>The highest score no further than a radius from a place; 0 outside the plane.</summary>
    public (double Kx, double Ky, double Score) PeakAround(double kx, double ky, double radius)
    {
        (double Kx, double Ky, double Score) best = (kx, ky, 0);
        int reachX = (int)(radius / _group.StepX), reachY = (int)(radius / _group.StepY);
        int u = (int)Math.Round(kx / _group.StepX), v = (int)Math.Round(ky / _group.StepY);
        for (int j = Math.Max(v - reachY, -_group.Height / 2); j <= Math.Min(v + reachY, _group.Height / 2); j++)
        {
            for (int i = Math.Max(u - reachX, -_columns / 2); i <= Math.Min(u + reachX, _columns / 2); i++)
            {
                (double x, double y) = (i * _group.StepX, j * _group.StepY);
                double score = _score[(Mod(j, _group.Height) * _columns) + Mod(i, _columns)];
                if (score > best.Score && ((x - kx) * (x - kx)) + ((y - ky) * (y - ky)) <= radius * radius)
                {
                    best = (x, y, score);
                }
            }
        }

        return best;
    }

    /// <summary>Background power at a distance from the centre.</summary>
    public double Background(double k) => Rings[Math.Min(Rings.Length - 1, (int)(k / _outer * Rings.Length))];

    private static bool IsNear(IReadOnlyList<(double Kx, double Ky)> places, double kx, double ky, double near)
    {
        foreach ((double x, double y) in places)
        {
            double plus = ((kx - x) * (kx - x)) + ((ky - y) * (ky - y)), minus = ((kx + x) * (kx + x)) + ((ky + y) * (ky + y));
            if (Math.Min(plus, minus) < near * near)
            {
                return true;
            }
        }

        return false;
    }

    private double Around(double kx, double ky)
    {
        int u = (int)Math.Round(kx / _group.StepX), v = (int)Math.Round(ky / _group.StepY);
        double best = 0;
        for (int j = v - 1; j <= v + 1; j++)
        {
            for (int i = u - 1; i <= u + 1; i++)
            {
                best = Math.Max(best, _score[(Mod(j, _group.Height) * _columns) + Mod(i, _columns)]);
            }
        }

        return best;
    }

    private static int Mod(int value, int length) => ((value % length) + length) % length;

    private void DivideByRings()
    {
        int rings = 24;
        var members = new List<float>[rings];
        for (int i = 0; i < rings; i++)
        {
            members[i] = [];
        }

        ForEach((at, ring) => members[ring].Add(_score[at]));
        Rings = new double[rings];
        for (int i = 0; i < rings; i++)
        {
            members[i].Sort();
            Rings[i] = members[i].Count > 0 ? Math.Max(members[i][members[i].Count / 2], 1e-30) : i > 0 ? Rings[i - 1] : 1e-30;
        }

        ForEach((at, ring) => _score[at] = (float)(_score[at] / Rings[ring]));

        void ForEach(Action<int, int> action)
        {
            for (int v = 0; v < _group.Height; v++)
            {
                double ky = (v <= _group.Height / 2 ? v : v - _group.Height) * _group.StepY;
                for (int u = 0; u < _columns; u++)
                {
                    double kx = (u <= _columns / 2 ? u : u - _columns) * _group.StepX;
                    int ring = (int)(Math.Sqrt((kx * kx) + (ky * ky)) / _outer * rings);
                    if (ring < rings)
                    {
                        action((v * _columns) + u, ring);
                    }
                }
            }
        }
    }
}
