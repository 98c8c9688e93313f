using MicroscopeStream.Core.Frames;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Inference.Windows;

namespace MicroscopeStream.Pipeline.Methods;

/// <summary>The first channel of a network's maps as an image, without what no image can hold.</summary>
internal sealed class NetworkImage(PixelGrid output)
{
    private const string Broken = "The network put out numbers that are not finite: they are shown as 0. Do not use this image; report the model.";

    public SuperResolvedImage Image { get; } = new(output);

    /// <summary>Copies the maps.</summary>
    /// <returns>The report, with a reason more where not all of them are finite.</returns>
    public TrustReport Take(in NetworkMaps maps, TrustReport report)
    {
        bool finite = true;
        int width = Image.Grid.Width;
        for (int y = 0; y < Image.Grid.Height; y++)
        {
            Span<float> row = Image.Pixels.AsSpan(y * width, width);
            maps.Row(0, y).CopyTo(row);
            foreach (ref float value in row)
            {
                if (!float.IsFinite(value))
                {
                    (value, finite) = (0, false);
                }
            }
        }

        return finite ? report : report.With(TrustLevel.Untrusted, Broken);
    }
}
