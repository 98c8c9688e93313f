namespace MicroscopeStream.Localizations.Filters;

/// <summary>A range of values that includes both ends.</summary>
public readonly record struct ValueRange
{
    /// <summary>Makes a range.</summary>
    /// <param name="least">Least value; −∞ for none.</param>
    /// <param name="most">Largest value; ∞ for none.</param>
    /// <exception cref="ArgumentException">The ends are not in order, or not numbers.</exception>
    public ValueRange(double least, double most)
    {
        if (!(least <= most))
        {
            throw new ArgumentException($"A range from {least} to {most} holds nothing.", nameof(least));
        }

        (Least, Most) = (least, most);
    }

    /// <summary>Least value.</summary>
    public double Least { get; }

    /// <summary>Largest value.</summary>
    public double Most { get; }

    /// <summary>Everything from a value on.</summary>
    public static ValueRange From(double least) => new(least, double.PositiveInfinity);

    /// <summary>Everything up to a value.</summary>
    public static ValueRange UpTo(double most) => new(double.NegativeInfinity, most);

    /// <summary>Whether a value lies in the range; NaN does not.</summary>
    public bool Contains(double value) => value >= Least && value <= Most;
}
