using System.Numerics;
using MicroscopeStream.StructuredIllumination.Optics;
using MicroscopeStream.StructuredIllumination.Orders;

namespace MicroscopeStream.StructuredIllumination.Patterns;

/// <summary>Finds the carriers of a group, believing the stated order of frames or not.</summary>
internal sealed class CarrierSearch
{
    private readonly GroupSpectra _group;
    private readonly FrameOrder _order;
    private readonly CarrierFit _fit;
    private readonly float[][] _real;
    private readonly float[][] _imaginary;
    private readonly double _cutoff;

    public CarrierSearch(GroupSpectra group, FrameOrder order, OpticalTransfer transfer)
    {
        (_group, _order, _fit, _cutoff) = (group, order, new CarrierFit(group), transfer.CutoffPerUm);
        (_real, _imaginary) = group.Transformed(group.Products);
    }

    // Carriers beyond the cutoff still show, by what overlap is left; below a third of it they resolve nothing.
    private double Inner => _order.Pattern == PatternKind.ThreeBeam ? 0.2 * _cutoff : 0.35 * _cutoff;

    private double Outer => _order.Pattern == PatternKind.ThreeBeam ? 0.6 * _cutoff : 1.15 * _cutoff;

    private double MapOuter => 1.25 * _cutoff;

    /// <summary>The carriers, when frames come in the stated order.</summary>
    public CarrierReading[] AsStated()
    {
        var readings = new List<CarrierReading>();
        var places = new List<(double Kx, double Ky)>();
        int[] angles = _order.NominalAngles();
        for (int angle = 0; angle < _order.Angles; angle++)
        {
            for (int c = 0; c < _order.ComponentsPerAngle; c++)
            {
                double[] turn = _order.Turn(angle, _order.NominalStep(c));
                CarrierMap map = CarrierMap.Coherent(_group, _real, _imaginary, turn, MapOuter);
                (float[] re, float[] im) = _fit.Sum(turn);
                double kx, ky;
                if (_order.Pattern == PatternKind.ThreeBeam && c == 1)
                {
                    (kx, ky) = (2 * readings[^1].Kx, 2 * readings[^1].Ky);
                }
                else
                {
                    (kx, ky) = Locate(map, re, im, angle, places);
                    places.Add((kx, ky));
                }

                double significance = Math.Sqrt(Power(re, im, kx, ky) / map.Background(Length(kx, ky)));
                readings.Add(Read(angle, c, kx, ky, angles, significance));
            }
        }

        return [.. readings];
    }

    /// <summary>
    /// The carriers of two beams where the order does not help or light is little, in the stated order: from products made even, which is
    /// better for few bright points, or where these show none from the products themselves, which is better in the dark.
    /// </summary>
    /// <param name="transfer">The lens.</param>
    /// <param name="even">Whether products made even are tried first.</param>
    public CarrierReading[] OfFew(OpticalTransfer transfer, bool even)
    {
        CarrierReading[] readings = Few(transfer, even ? _group.EvenProducts() : _group.Products);
        if (!even || readings.All(r => r.IsSignificant))
        {
            return readings;
        }

        CarrierReading[] plain = Few(transfer, _group.Products);
        return plain.All(r => r.IsSignificant) ? plain : readings;
    }

    /// <summary>The carriers, whatever the order of frames, and the angle of each frame.</summary>
    public (CarrierReading[] Readings, int[] Angles) OrderFree()
    {
        CarrierMap map = CarrierMap.OrderFree(_group, _real, _imaginary, MapOuter);
        bool hexagonal = _order.Pattern == PatternKind.Hexagonal, three = _order.Pattern == PatternKind.ThreeBeam;
        var places = new List<(double Kx, double Ky)>();
        for (int i = 0; i < (hexagonal ? 3 : _order.Angles); i++)
        {
            (double x, double y, _) = map.Peak(Inner, Outer, places, three ? map : null);
            places.Add(_fit.Refine(x, y, (kx, ky) => FreePower(kx, ky) + (three ? FreePower(2 * kx, 2 * ky) : 0)));
        }

        double[][] strength = [.. places.Select(p => _group.Products.Select(g => _fit.At(g, null, p.Kx, p.Ky).Magnitude).ToArray())];
        int[] angles = hexagonal ? new int[_group.Count] : FrameAngles.Assign(_order, strength);
        var readings = new List<CarrierReading>();
        for (int i = 0; i < places.Count; i++)
        {
            for (int c = 0; c < (three ? 2 : 1); c++)
            {
                (double kx, double ky) = (places[i].Kx * (c + 1), places[i].Ky * (c + 1));
                int component = hexagonal ? i : c;

                // As many frames are lit as an angle has phases: what the sum of powers would be for a coherent sum of them.
                double significance = Math.Sqrt(FreePower(kx, ky) * _order.Phases / map.Background(Length(kx, ky)));
                readings.Add(Read(hexagonal ? 0 : i, component, kx, ky, angles, significance));
            }
        }

        return ([.. readings], angles);
    }

    private CarrierReading[] Few(OpticalTransfer transfer, float[][] products)
    {
        (FoundCarrier[] found, bool together) = new FewFrameSearch(_group, _order, transfer, products).Find();
        return [.. found.Select((carrier, angle) => Read(angle, 0, carrier.Kx, carrier.Ky, _order.NominalAngles(), carrier.Significance, products) with
        {
            IsFoundTogether = together,
        })];
    }

    private static double Length(double x, double y) => Math.Sqrt((x * x) + (y * y));

    private (double Kx, double Ky) Locate(CarrierMap map, float[] re, float[] im, int angle, List<(double Kx, double Ky)> places)
    {
        if (_order.Pattern != PatternKind.ThreeBeam)
        {
            (double x, double y, _) = map.Peak(Inner, Outer, places);
            return _fit.Refine(x, y, (kx, ky) => Power(re, im, kx, ky));
        }

        double[] turn = _order.Turn(angle, _order.NominalStep(1));
        CarrierMap second = CarrierMap.Coherent(_group, _real, _imaginary, turn, MapOuter);
        (float[] re2, float[] im2) = _fit.Sum(turn);
        (double px, double py, _) = map.Peak(Inner, Outer, places, second);
        double one = map.Background(Length(px, py)), two = second.Background(2 * Length(px, py));
        return _fit.Refine(px, py, (kx, ky) => (Power(re, im, kx, ky) / one) + (Power(re2, im2, 2 * kx, 2 * ky) / two));
    }

    private double Power(float[] re, float[] im, double kx, double ky)
    {
        Complex value = _fit.At(re, im, kx, ky);
        return (value.Real * value.Real) + (value.Imaginary * value.Imaginary);
    }

    private double FreePower(double kx, double ky)
    {
        double sum = 0;
        foreach (float[] product in _group.Products)
        {
            Complex value = _fit.At(product, null, kx, ky);
            sum += (value.Real * value.Real) + (value.Imaginary * value.Imaginary);
        }

        return sum;
    }

    private CarrierReading Read(int angle, int component, double kx, double ky, int[] angles, double significance, float[][]? even = null)
    {
        Complex[] amplitudes = [.. _group.Products.Select(g => _fit.At(g, null, kx, ky))];
        int[] lit = [.. Enumerable.Range(0, amplitudes.Length).Where(n => angles[n] == angle)];
        TakeMeanOut(amplitudes, lit);
        if (even is not null)
        {
            // The modulation depth is read off the products themselves, the phase where it is clearest.
            Complex[] clear = [.. even.Select(g => _fit.At(g, null, kx, ky))];
            TakeMeanOut(clear, lit);
            amplitudes = [.. amplitudes.Zip(clear, (own, better) => Complex.FromPolarCoordinates(own.Magnitude, better.Phase))];
        }

        double step = _order.NominalStep(component);
        Complex sum = Complex.Zero;
        double power = 0;
        foreach (int n in lit)
        {
            sum += amplitudes[n] * Complex.FromPolarCoordinates(1, _order.RoleOf(n).Phase * step);
            power += amplitudes[n].Magnitude * amplitudes[n].Magnitude;
        }

        double first = sum.Phase;
        var nominal = new double[amplitudes.Length];
        Array.Fill(nominal, double.NaN);
        double squares = 0;
        foreach (int n in lit)
        {
            nominal[n] = IlluminationPattern.Wrap(first - (_order.RoleOf(n).Phase * step));
            double off = IlluminationPattern.Wrap(amplitudes[n].Phase - nominal[n]);
            squares += off * off;
        }

        // The coherent peak stands significance × the background's median above it; a single frame √n times less.
        double error = lit.Length == 0 ? Math.PI : Math.Sqrt(lit.Length) / (1.2 * Math.Max(significance, 1e-3) * Math.Sqrt(2));
        return new CarrierReading
        {
            Angle = angle,
            Order = _order.Pattern == PatternKind.ThreeBeam ? component + 1 : 1,
            Kx = kx,
            Ky = ky,
            Amplitudes = amplitudes,
            Measured = [.. amplitudes.Select(a => a.Phase)],
            Nominal = nominal,
            Coherence = power > 0 ? sum.Magnitude / Math.Sqrt(lit.Length * power) : 0,
            Significance = significance,
            PhaseErrorRad = error,
            DeviationRad = lit.Length == 0 ? Math.PI : Math.Sqrt(squares / lit.Length),
        };
    }

    // The group's mean holds what uneven phases leave of the pattern, and every difference lacks it: A_n = α (e^{iφ_n} − c) with c the
    // mean of e^{iφ} over all frames of the group. Turned around until it stays.
    private static void TakeMeanOut(Complex[] amplitudes, int[] lit)
    {
        Complex missing = Complex.Zero;
        for (int round = 0; round < 12; round++)
        {
            Complex mean = Complex.Zero;
            double alpha = 0;
            foreach (int n in lit)
            {
                Complex whole = amplitudes[n] + missing;
                alpha += whole.Magnitude / lit.Length;
                mean += whole / Math.Max(whole.Magnitude, 1e-300) / amplitudes.Length;
            }

            missing = alpha * mean;
        }

        foreach (int n in lit)
        {
            amplitudes[n] += missing;
        }
    }
}
