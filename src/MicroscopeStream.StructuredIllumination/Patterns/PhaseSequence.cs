using MicroscopeStream.StructuredIllumination.Orders;

namespace MicroscopeStream.StructuredIllumination.Patterns;

/// <summary>Reads the order of frames off their phases.</summary>
internal static class PhaseSequence
{
    private const double LeastAgreement = 0.8;

    /// <summary>
    /// The place of each frame in the stated order; null when angles have wrong numbers of frames, or phases follow no order. Sequences
    /// that differ only in where they begin, in the sign of the carriers, or (hexagonal) in which carrier is called the first cannot be
    /// told apart and make no difference: of these, the one nearest to the stated order is given.
    /// </summary>
    public static int[]? Places(FrameOrder order, CarrierReading[] readings, int[] angles)
    {
        int[]? best = null;
        foreach (int[] names in Permutations(order.Angles))
        {
            var places = new int[angles.Length];
            bool whole = true;
            for (int angle = 0; angle < order.Angles && whole; angle++)
            {
                int[] frames = [.. Enumerable.Range(0, angles.Length).Where(n => angles[n] == angle)];
                CarrierReading[] own = [.. readings.Where(r => r.Angle == angle)];
                int[] stated = [.. frames.Select(n => order.RoleOf(n) is var role && role.Angle == names[angle] ? role.Phase : -1)];
                int[]? phases = frames.Length == order.Phases ? Phases(order, own, frames, stated) : null;
                whole = phases is not null;
                for (int i = 0; whole && i < frames.Length; i++)
                {
                    places[frames[i]] = order.IndexOf(new FrameRole(names[angle], phases![i], 0));
                }
            }

            if (whole && (best is null || Agreement(places) > Agreement(best)))
            {
                best = places;
            }
        }

        return best;
    }

    private static int Agreement(int[] places) => places.Where((place, n) => place == n).Count();

    // Phase index of each frame of one angle; null when the phases fit no sequence.
    private static int[]? Phases(FrameOrder order, CarrierReading[] own, int[] frames, int[] stated)
    {
        int count = order.Phases;
        int[]? best = null;
        double bestScore = 0;
        foreach (int[] steps in Steps(order))
        {
            for (int begin = 0; begin < count; begin++)
            {
                var phases = new int[count];
                double agreement = 0;
                for (int i = 0; i < count; i++)
                {
                    double top = double.NegativeInfinity;
                    for (int m = 0; m < count; m++)
                    {
                        double score = Score(own, steps, frames[i], frames[0], m - begin, count);
                        if (score > top)
                        {
                            (top, phases[i]) = (score, m);
                        }
                    }

                    agreement += top / count;
                }

                if (agreement < LeastAgreement || phases.Distinct().Count() != count)
                {
                    continue;
                }

                // Among sequences that fit alike, the one nearest to what was stated.
                double value = phases.Where((phase, i) => phase == stated[i]).Count() + (0.1 * agreement);
                if (best is null || value > bestScore)
                {
                    (best, bestScore) = (phases, value);
                }
            }
        }

        return best;
    }

    // Mean cosine between measured phase differences from the first frame and those of m steps.
    private static double Score(CarrierReading[] own, int[] steps, int frame, int first, int m, int count)
    {
        double sum = 0, weights = 0;
        for (int c = 0; c < own.Length; c++)
        {
            double weight = own[c].Significance >= PatternEstimate.LeastSignificance ? 1 : 0;
            double off = own[c].Measured[frame] - own[c].Measured[first] + (2 * Math.PI * steps[c] * m / count);
            sum += weight * Math.Cos(off);
            weights += weight;
        }

        return weights > 0 ? sum / weights : -1;
    }

    // By which multiples of 2π/phases the carriers may fall from one phase to the next, whatever their signs.
    private static IEnumerable<int[]> Steps(FrameOrder order)
    {
        if (order.Pattern != PatternKind.Hexagonal)
        {
            foreach (int sign in (int[])[1, -1])
            {
                yield return [.. Enumerable.Range(1, order.ComponentsPerAngle).Select(c => sign * c)];
            }

            yield break;
        }

        foreach (int[] names in Permutations(3))
        {
            for (int signs = 0; signs < 8; signs++)
            {
                yield return [.. names.Select((name, c) => ((signs >> c) & 1) == 0 ? 1 << name : -(1 << name))];
            }
        }
    }

    private static IEnumerable<int[]> Permutations(int count)
    {
        if (count > 4)
        {
            // More angles than anyone builds: only the stated naming is tried.
            yield return [.. Enumerable.Range(0, count)];
            yield break;
        }

        var items = Enumerable.Range(0, count).ToArray();
        foreach (int[] permutation in Permute(items, 0))
        {
            yield return permutation;
        }

        static IEnumerable<int[]> Permute(int[] items, int at)
        {
            if (at == items.Length)
            {
                yield return [.. items];
                yield break;
            }

            for (int i = at; i < items.Length; i++)
            {
                (items[at], items[i]) = (items[i], items[at]);
                foreach (int[] permutation in Permute(items, at + 1))
                {
                    yield return permutation;
                }

                (items[at], items[i]) = (items[i], items[at]);
            }
        }
    }
}
