namespace MicroscopeStream.Imaging.Colour;

/// <summary>
/// A way from intensity to colour whose lightness rises from black (or near it) to white (or near it), so that it reads the
/// same in gray and for colour-blind eyes. Immutable, hence thread-safe.
/// </summary>
public sealed class ColourMap
{
    private readonly Rgb[] _table;

    private ColourMap(string name, params ReadOnlySpan<int> controlPoints)
    {
        Name = name;
        _table = new Rgb[256];
        for (int i = 0; i < _table.Length; i++)
        {
            _table[i] = Interpolate(controlPoints, i / 255.0 * (controlPoints.Length - 1));
        }
    }

    /// <summary>Black to white.</summary>
    public static ColourMap Gray { get; } = new("gray", 0x000000, 0xFFFFFF);

    /// <summary>
    /// Black, red, yellow, white: red rises over the first three eighths, green over the next three, blue over the last two
    /// (the "hot" of MATLAB and its descendants).
    /// </summary>
    public static ColourMap Fire { get; } = new(
        "fire", 0x000000, 0x550000, 0xAA0000, 0xFF0000, 0xFF5500, 0xFFAA00, 0xFFFF00, 0xFFFF80, 0xFFFFFF);

    /// <summary>Black, purple, orange, pale yellow: nine evenly spaced colours of inferno (van der Walt and Smith 2015, CC0), interpolated.</summary>
    public static ColourMap Inferno { get; } = new(
        "inferno", 0x000004, 0x210C4A, 0x57106E, 0x8A226A, 0xBC3754, 0xE45A31, 0xF98E09, 0xF9CB35, 0xFCFFA4);

    /// <summary>Violet, blue, green, yellow: nine evenly spaced colours of viridis (van der Walt and Smith 2015, CC0), interpolated.</summary>
    public static ColourMap Viridis { get; } = new(
        "viridis", 0x440154, 0x472D7B, 0x3B528B, 0x2C728E, 0x21918C, 0x28AE80, 0x5EC962, 0xADDC30, 0xFDE725);

    /// <summary>All maps.</summary>
    public static IReadOnlyList<ColourMap> All { get; } = [Gray, Fire, Inferno, Viridis];

    /// <summary>Name in lower case.</summary>
    public string Name { get; }

    /// <summary>The colour of a level.</summary>
    /// <param name="level">0 (darkest) to 255.</param>
    public Rgb this[byte level] => _table[level];

    /// <summary>The map of that name, or null.</summary>
    public static ColourMap? Find(string name) => All.FirstOrDefault(map => string.Equals(map.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Colours an image.</summary>
    /// <param name="pixels">Row-major (y, x), width × height; NaN counts as the minimum.</param>
    /// <param name="width">Columns, ≥ 1.</param>
    /// <param name="height">Rows, ≥ 1.</param>
    /// <param name="range">Intensities shown darkest and brightest.</param>
    /// <param name="gamma">Exponent on the normalized intensity, &gt; 0; below 1 lifts what is dim.</param>
    /// <exception cref="ArgumentException">The number of pixels is not width × height.</exception>
    public RgbImage Apply(ReadOnlySpan<float> pixels, int width, int height, DisplayRange range, double gamma = 1)
    {
        var image = new RgbImage(width, height);
        if (pixels.Length != width * height)
        {
            throw new ArgumentException($"{pixels.Length} pixels for an image of {width} × {height}.", nameof(pixels));
        }

        for (int i = 0; i < pixels.Length; i++)
        {
            double level = range.Normalize(pixels[i]);
            Rgb colour = _table[(byte)Math.Round(255 * (gamma == 1 ? level : Math.Pow(level, gamma)))];
            (image.Pixels[3 * i], image.Pixels[(3 * i) + 1], image.Pixels[(3 * i) + 2]) = (colour.Red, colour.Green, colour.Blue);
        }

        return image;
    }

    private static Rgb Interpolate(ReadOnlySpan<int> points, double at)
    {
        int i = Math.Min((int)at, points.Length - 2);
        Rgb a = Rgb.FromHex(points[i]), b = Rgb.FromHex(points[i + 1]);
        double t = at - i;
        return new Rgb(Mix(a.Red, b.Red), Mix(a.Green, b.Green), Mix(a.Blue, b.Blue));

        byte Mix(byte from, byte to) => (byte)Math.Round(from + (t * (to - from)));
    }
}
