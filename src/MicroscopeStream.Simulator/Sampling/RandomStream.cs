using System.Numerics;

namespace MicroscopeStream.Simulator.Sampling;

/// <summary>
/// A stream of random numbers named by a seed and up to three counters, so that any frame, row or molecule has its own
/// stream, whatever was drawn before. The generator is xoshiro256++ (Blackman &amp; Vigna 2021, 10.1145/3460772), its state
/// filled by SplitMix64 (Steele et al. 2014, 10.1145/2660193.2660195) from the hashed name.
/// </summary>
/// <remarks>
/// The integers are the same on every platform and .NET version, unlike those of <see cref="Random"/>. Derived numbers use
/// <see cref="Math.Log(double)"/> and <see cref="Math.Exp(double)"/>, whose last bit is the platform's business.
/// A mutable struct: pass it by reference.
/// </remarks>
public struct RandomStream
{
    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    /// <summary>Opens the stream of the given name.</summary>
    /// <param name="seed">The user's seed.</param>
    /// <param name="purpose">What the numbers are for.</param>
    /// <param name="major">First counter, for example a frame or a molecule.</param>
    /// <param name="minor">Second counter, for example a row or a blink.</param>
    public RandomStream(ulong seed, RandomPurpose purpose, long major = 0, long minor = 0)
    {
        ulong name = Mix(seed);
        name = Mix(name ^ (ulong)purpose);
        name = Mix(name ^ (ulong)major);
        name = Mix(name ^ (ulong)minor);
        _s0 = SplitMix(ref name);
        _s1 = SplitMix(ref name);
        _s2 = SplitMix(ref name);
        _s3 = SplitMix(ref name);
    }

    /// <summary>The next 64 random bits.</summary>
    public ulong NextBits()
    {
        ulong result = BitOperations.RotateLeft(_s0 + _s3, 23) + _s0;
        ulong t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>A number in [0, 1), a multiple of 2⁻⁵³.</summary>
    public double NextUnit() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A number in (0, 1], safe for a logarithm.</summary>
    public double NextPositiveUnit() => ((NextBits() >> 11) + 1) * (1.0 / (1UL << 53));

    /// <summary>A number of the exponential distribution.</summary>
    /// <param name="mean">Its mean, ≥ 0.</param>
    public double NextExponential(double mean) => -mean * Math.Log(NextPositiveUnit());

    /// <summary>A number of trials, ≥ 1, until the first success: the geometric distribution of the given mean.</summary>
    /// <param name="mean">Its mean, ≥ 1.</param>
    public double NextGeometric(double mean) =>
        mean <= 1 ? 1 : 1 + Math.Floor(Math.Log(NextPositiveUnit()) / Math.Log(1 - (1 / mean)));

    private static ulong SplitMix(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        return Finish(state);
    }

    private static ulong Mix(ulong value) => Finish(value + 0x9E3779B97F4A7C15);

    private static ulong Finish(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}

/// <summary>What a <see cref="RandomStream"/> is for: streams of different purposes never meet.</summary>
public enum RandomPurpose
{
    /// <summary>The shape of the sample.</summary>
    Structure = 1,

    /// <summary>Where molecules sit, and what is particular to each.</summary>
    Molecule = 2,

    /// <summary>When a molecule switches, and how bright it is then.</summary>
    Blink = 3,

    /// <summary>The shape of the background.</summary>
    Background = 4,

    /// <summary>Photon and camera noise.</summary>
    Noise = 5,

    /// <summary>How the sample moves.</summary>
    Drift = 7,

    /// <summary>How a living structure moves, grows and shrinks.</summary>
    Motion = 9,

    /// <summary>Phases of an illumination pattern and their errors.</summary>
    Pattern = 8,
}
