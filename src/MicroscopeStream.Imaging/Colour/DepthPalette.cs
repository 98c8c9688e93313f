namespace MicroscopeStream.Imaging.Colour;

/// <summary>
/// Colours for depth: from blue over violet, pink and orange to yellow, all equally light (L* 72), so that brightness is left for
/// brightness. Along the whole way blue turns steadily into yellow, which colour-blind eyes tell apart too. Thread-safe.
/// </summary>
public static class DepthPalette
{
    private static readonly int[] Points = [0x43BBFC, 0xBFA6DE, 0xEB97C0, 0xFA92A4, 0xFB9581, 0xED9F59, 0xBBB506];

    /// <summary>A colour.</summary>
    /// <param name="position">0 (first, blue) to 1 (last, yellow); what lies beyond gets the ends' colours.</param>
    /// <param name="brightness">0 (black) to 1.</param>
    public static Rgb At(double position, double brightness = 1)
    {
        double at = Math.Clamp(position, 0, 1) * (Points.Length - 1);
        int i = Math.Min((int)at, Points.Length - 2);
        Rgb a = Rgb.FromHex(Points[i]), b = Rgb.FromHex(Points[i + 1]);
        double t = at - i, scale = Math.Clamp(brightness, 0, 1);
        return new Rgb(Mix(a.Red, b.Red), Mix(a.Green, b.Green), Mix(a.Blue, b.Blue));

        byte Mix(byte from, byte to) => (byte)Math.Round(scale * (from + (t * (to - from))));
    }
}
