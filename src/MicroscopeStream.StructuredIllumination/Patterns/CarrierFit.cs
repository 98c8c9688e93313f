using System.Numerics;

namespace MicroscopeStream.StructuredIllumination.Patterns;

/// <summary>Transforms of the products at any frequency, and the search for the highest power between the pixels of the spectrum.</summary>
internal sealed class CarrierFit(GroupSpectra group)
{
    private readonly float[] _cos = new float[group.Width];
    private readonly float[] _sin = new float[group.Width];

    /// <summary>Σ g(r) exp(−2πi k·r) over an image (real and imaginary plane, or real alone), r from the camera's pixel (0, 0).</summary>
    public Complex At(float[] real, float[]? imaginary, double kx, double ky)
    {
        double turnX = -2 * Math.PI * kx * group.Pixel, turnY = -2 * Math.PI * ky * group.Pixel;
        for (int x = 0; x < _cos.Length; x++)
        {
            (double s, double c) = Math.SinCos(turnX * (x + group.Left));
            (_cos[x], _sin[x]) = ((float)c, (float)s);
        }

        Complex sum = Complex.Zero;
        for (int y = 0; y < group.Height; y++)
        {
            ReadOnlySpan<float> re = real.AsSpan(y * group.Width, group.Width);
            double rowRe = Dot(re, _cos), rowIm = Dot(re, _sin);
            if (imaginary is not null)
            {
                ReadOnlySpan<float> im = imaginary.AsSpan(y * group.Width, group.Width);
                rowRe -= Dot(im, _sin);
                rowIm += Dot(im, _cos);
            }

            sum += new Complex(rowRe, rowIm) * Complex.FromPolarCoordinates(1, turnY * (y + group.Top));
        }

        return sum;
    }

    /// <summary>The products of some frames summed with given phases (NaN: left out), as a complex image.</summary>
    public (float[] Real, float[] Imaginary) Sum(ReadOnlySpan<double> phases) => Sum(group.Products, phases);

    /// <summary>The same of other products of the frames.</summary>
    public (float[] Real, float[] Imaginary) Sum(float[][] products, ReadOnlySpan<double> phases)
    {
        var (real, imaginary) = (new float[group.Width * group.Height], new float[group.Width * group.Height]);
        for (int n = 0; n < group.Count; n++)
        {
            if (double.IsNaN(phases[n]))
            {
                continue;
            }

            (float s, float c) = MathF.SinCos((float)phases[n]);
            float[] product = products[n];
            for (int i = 0; i < product.Length; i++)
            {
                real[i] += product[i] * c;
                imaginary[i] += product[i] * s;
            }
        }

        return (real, imaginary);
    }

    /// <summary>Climbs to the top of a score from a pixel of the spectrum, by parabolas through nine places ever closer together.</summary>
    public (double Kx, double Ky) Refine(double kx, double ky, Func<double, double, double> score)
    {
        double hx = 0.5 * group.StepX, hy = 0.5 * group.StepY;
        Span<double> f = stackalloc double[9];
        for (int round = 0; round < 6; round++)
        {
            for (int j = 0; j < 9; j++)
            {
                f[j] = score(kx + (((j % 3) - 1) * hx), ky + (((j / 3) - 1) * hy));
            }

            double gx = (f[2] + f[5] + f[8] - f[0] - f[3] - f[6]) / 6, gy = (f[6] + f[7] + f[8] - f[0] - f[1] - f[2]) / 6;
            double xx = (f[0] + f[2] + f[3] + f[5] + f[6] + f[8] - (2 * (f[1] + f[4] + f[7]))) / 3;
            double yy = (f[0] + f[1] + f[2] + f[6] + f[7] + f[8] - (2 * (f[3] + f[4] + f[5]))) / 3;
            double xy = (f[8] + f[0] - f[2] - f[6]) / 4, determinant = (xx * yy) - (xy * xy);
            double moveX, moveY;
            if (xx < 0 && determinant > 0)
            {
                (moveX, moveY) = (((xy * gy) - (yy * gx)) / determinant, ((xy * gx) - (xx * gy)) / determinant);
            }
            else
            {
                (moveX, moveY) = (Math.Sign(gx), Math.Sign(gy));
            }

            kx += Math.Clamp(moveX, -1.5, 1.5) * hx;
            ky += Math.Clamp(moveY, -1.5, 1.5) * hy;
            if (Math.Abs(moveX) < 1.5 && Math.Abs(moveY) < 1.5)
            {
                (hx, hy) = (hx * 0.4, hy * 0.4);
            }
        }

        return (kx, ky);
    }

    private static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        Vector<float> sum = Vector<float>.Zero;
        int i = 0;
        for (; i <= a.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            sum += new Vector<float>(a[i..]) * new Vector<float>(b[i..]);
        }

        double total = Vector.Sum(sum);
        for (; i < a.Length; i++)
        {
            total += a[i] * b[i];
        }

        return total;
    }
}
