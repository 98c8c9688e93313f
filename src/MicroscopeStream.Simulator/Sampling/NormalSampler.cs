namespace MicroscopeStream.Simulator.Sampling;

/// <summary>Normal deviates by the ziggurat of 128 layers (Marsaglia &amp; Tsang 2000, 10.18637/jss.v005.i08), exact in its tails.</summary>
public static class NormalSampler
{
    private const int Layers = 128;

    // Start of the tail, and area of each layer, of the 128-layer ziggurat (from the paper).
    private const double Tail = 3.442619855899;
    private const double Area = 9.91256303526217e-3;

    private static readonly double[] Edges = MakeEdges();

    /// <summary>A number of the normal distribution of mean 0 and variance 1.</summary>
    public static double NextNormal(this ref RandomStream random)
    {
        while (true)
        {
            ulong bits = random.NextBits();
            int layer = (int)(bits & (Layers - 1));

            // The upper 53 bits do not overlap the seven of the layer.
            double u = ((bits >> 11) * (1.0 / (1UL << 52))) - 1;
            double x = u * Edges[layer];
            if (Math.Abs(x) < Edges[layer + 1])
            {
                return x;
            }

            if (layer == 0)
            {
                return FromTail(ref random, u < 0);
            }

            double outer = Density(Edges[layer]), inner = Density(Edges[layer + 1]);
            if (outer + (random.NextUnit() * (inner - outer)) < Density(x))
            {
                return x;
            }
        }
    }

    private static double FromTail(ref RandomStream random, bool negative)
    {
        double x, y;
        do
        {
            x = Math.Log(random.NextPositiveUnit()) / Tail;
            y = Math.Log(random.NextPositiveUnit());
        }
        while (-2 * y < x * x);
        return negative ? x - Tail : Tail - x;
    }

    private static double Density(double x) => Math.Exp(-0.5 * x * x);

    private static double[] MakeEdges()
    {
        var edges = new double[Layers + 1];
        edges[0] = Area / Density(Tail);
        edges[1] = Tail;
        for (int i = 2; i < Layers; i++)
        {
            edges[i] = Math.Sqrt(-2 * Math.Log((Area / edges[i - 1]) + Density(edges[i - 1])));
        }

        return edges;
    }
}
