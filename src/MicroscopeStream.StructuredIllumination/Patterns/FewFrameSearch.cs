using MicroscopeStream.StructuredIllumination.Optics;
using MicroscopeStream.StructuredIllumination.Orders;

namespace MicroscopeStream.StructuredIllumination.Patterns;

/// <summary>A carrier of one angle as it was found.</summary>
/// <param name="Kx">Along columns, 1/µm.</param>
/// <param name="Ky">Along rows, 1/µm.</param>
/// <param name="Significance">Amplitude of its peak over the background's median.</param>
internal readonly record struct FoundCarrier(double Kx, double Ky, double Significance);

/// <summary>
/// Finds the carriers of two beams in frames too few to separate. What a frame differs by from the mean of the group holds the carriers of
/// the other angles too, at half the strength of its own; so the strongest peak of all is given to its frame first. Where one does not
/// stand out by itself, three are sought together, alike in length and 60° apart, as instruments have them.
/// </summary>
internal sealed class FewFrameSearch
{
    /// <summary>Share of a carrier's length by which the three may differ from equal lengths and angles.</summary>
    private const double Tolerance = 0.05;

    /// <summary>Least amplitude over the background of each of three carriers found together.</summary>
    private const double LeastOfThree = 3.4;

    /// <summary>Power over the background from which a place is tried as that of the first of the three, between pixels of the map.</summary>
    private const double LeastSeed = 3;

    /// <summary>Least sum of their squares. Noise alone reaches about 35 in a field of 192 × 192 pixels.</summary>
    private const double LeastTogether = 50;

    /// <summary>Three together are preferred to what was found apart where each is at least this share of it.</summary>
    private const double Preferred = 0.6;

    private readonly GroupSpectra _group;
    private readonly FrameOrder _order;
    private readonly CarrierFit _fit;
    private readonly CarrierMap[] _maps;
    private readonly (float[] Re, float[] Im)[] _sums;
    private readonly double _inner;
    private readonly double _outer;

    /// <param name="group">The frames.</param>
    /// <param name="order">Two beams.</param>
    /// <param name="transfer">The lens.</param>
    /// <param name="products">What carriers are read from: the group's products, or those made even.</param>
    public FewFrameSearch(GroupSpectra group, FrameOrder order, OpticalTransfer transfer, float[][] products)
    {
        (_group, _order, _fit) = (group, order, new CarrierFit(group));
        (_inner, _outer) = (0.35 * transfer.CutoffPerUm, 1.15 * transfer.CutoffPerUm);
        (float[][] real, float[][] imaginary) = group.Transformed(products);
        double[][] turns = [.. Enumerable.Range(0, order.Angles).Select(angle => order.Turn(angle, order.NominalStep(0)))];
        _maps = [.. turns.Select(turn => CarrierMap.Coherent(group, real, imaginary, turn, 1.25 * transfer.CutoffPerUm))];
        _sums = [.. turns.Select(turn => _fit.Sum(products, turn))];
    }

    /// <summary>The carrier of each angle, and whether three were found by being sought together.</summary>
    public (FoundCarrier[] Carriers, bool Together) Find()
    {
        FoundCarrier[] apart = Apart();
        if (_order.Angles != 3 || Three() is not { } three)
        {
            return (apart, false);
        }

        bool better = !apart.All(c => c.Significance >= PatternEstimate.LeastSignificance)
            || three.Zip(apart).All(pair => pair.First.Significance >= Preferred * pair.Second.Significance);
        return better ? (three, true) : (apart, false);
    }

    private FoundCarrier[] Apart()
    {
        var found = new FoundCarrier?[_order.Angles];
        var places = new List<(double Kx, double Ky)>();
        while (places.Count < found.Length)
        {
            (int angle, (double kx, double ky, _)) = Enumerable.Range(0, found.Length).Where(a => found[a] is null)
                .Select(a => (a, _maps[a].Peak(_inner, _outer, places))).MaxBy(peak => peak.Item2.Score);
            FoundCarrier carrier = Refined(angle, kx, ky);
            (found[angle], places) = (carrier, [.. places, (carrier.Kx, carrier.Ky)]);
        }

        return [.. found.Select(carrier => carrier!.Value)];
    }

    private FoundCarrier[]? Three()
    {
        const double third = Math.PI / 3;
        (double Score, (double X, double Y)[] At) best = (0, []);
        for (int v = -_group.Height / 2; v <= _group.Height / 2; v++)
        {
            // A carrier and its opposite are one pattern, of which several phases tell the one from the other.
            for (int u = 0; u <= _group.Width / 2; u++)
            {
                (double x, double y) = (u * _group.StepX, v * _group.StepY);
                double length = double.Hypot(x, y), radius = (Tolerance * length) + Math.Max(_group.StepX, _group.StepY);
                var own = length < _inner || length > _outer ? (x, y, 0) : Around(0, x, y, 0);
                if (own.Score < LeastSeed)
                {
                    continue;
                }

                foreach (double turn in (double[])[third, -third])
                {
                    (double X, double Y) second = Turned(x, y, turn), last = Turned(x, y, -turn);
                    var b = Around(1, second.X, second.Y, radius);
                    var c = Around(2, last.X, last.Y, radius);
                    if (own.Score + b.Score + c.Score > best.Score)
                    {
                        best = (own.Score + b.Score + c.Score, [(own.Kx, own.Ky), (b.Kx, b.Ky), (c.Kx, c.Ky)]);
                    }
                }
            }
        }

        if (best.Score == 0)
        {
            return null;
        }

        FoundCarrier[] three = [.. best.At.Select((place, angle) => Refined(angle, place.X, place.Y))];
        int[] strong = [.. Enumerable.Range(0, 3).Where(a => three[a].Significance >= PatternEstimate.LeastSignificance)];
        if (strong.Length == 2 && three[3 - strong[0] - strong[1]].Significance < LeastOfThree)
        {
            three[3 - strong[0] - strong[1]] = Between(three[strong[0]], three[strong[1]], 3 - strong[0] - strong[1]);
            return three;
        }

        return three.All(c => c.Significance >= LeastOfThree) && three.Sum(c => c.Significance * c.Significance) >= LeastTogether ? three : null;
    }

    /// <summary>
    /// The carrier that two others 60° or 120° apart leave: one of their sum and difference is as long as they are. A sample without detail
    /// along it hides it, and hardly needs it.
    /// </summary>
    private FoundCarrier Between(FoundCarrier a, FoundCarrier b, int angle)
    {
        double sign = (a.Kx * b.Kx) + (a.Ky * b.Ky) > 0 ? -1 : 1;
        (double kx, double ky) = (a.Kx + (sign * b.Kx), a.Ky + (sign * b.Ky));
        double there = Significance(angle, kx, ky), opposite = Significance(angle, -kx, -ky);
        return there >= opposite ? new FoundCarrier(kx, ky, there) : new FoundCarrier(-kx, -ky, opposite);
    }

    /// <summary>The highest score near a place or near its opposite.</summary>
    private (double Kx, double Ky, double Score) Around(int angle, double kx, double ky, double radius)
    {
        (double Kx, double Ky, double Score) there = _maps[angle].PeakAround(kx, ky, radius), opposite = _maps[angle].PeakAround(-kx, -ky, radius);
        return there.Score >= opposite.Score ? there : opposite;
    }

    private static (double X, double Y) Turned(double x, double y, double turn)
    {
        (double s, double c) = Math.SinCos(turn);
        return ((x * c) - (y * s), (x * s) + (y * c));
    }

    private FoundCarrier Refined(int angle, double kx, double ky)
    {
        (kx, ky) = _fit.Refine(kx, ky, (x, y) => Math.Pow(Amplitude(angle, x, y), 2));
        return new FoundCarrier(kx, ky, Significance(angle, kx, ky));
    }

    private double Amplitude(int angle, double kx, double ky) => _fit.At(_sums[angle].Re, _sums[angle].Im, kx, ky).Magnitude;

    private double Significance(int angle, double kx, double ky) =>
        Amplitude(angle, kx, ky) / Math.Sqrt(_maps[angle].Background(double.Hypot(kx, ky)));
}
