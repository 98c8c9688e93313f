using MicroscopeStream.StructuredIllumination.Orders;
using MicroscopeStream.StructuredIllumination.Patterns;

namespace MicroscopeStream.Pipeline.Methods.Sim;

/// <summary>Brings a pattern from a file to the order that is streamed.</summary>
internal static class KnownPattern
{
    /// <summary>
    /// The pattern of a stream's frames: the file's own, or, where one phase of each angle is streamed, that of the first phases of a
    /// whole group.
    /// </summary>
    /// <param name="saved">From the file.</param>
    /// <param name="order">What is streamed.</param>
    /// <returns>It; null where the file's order does not fit.</returns>
    public static IlluminationPattern? For(IlluminationPattern saved, FrameOrder order)
    {
        if (saved.Order.Pattern != order.Pattern || saved.Order.Angles != order.Angles)
        {
            return null;
        }

        if (saved.Order.FramesPerImage == order.FramesPerImage)
        {
            return saved;
        }

        if (order.Phases > 1)
        {
            return null;
        }

        int[] frames = [.. Enumerable.Range(0, order.Angles).Select(angle => saved.Order.IndexOf(new FrameRole(angle, 0, 0)))];
        double[] phases = [.. frames.SelectMany(n => Enumerable.Range(0, saved.Components.Count).Select(c => saved.Phase(n, c)))];
        return new IlluminationPattern(order, saved.Components, phases, [.. frames.Select(saved.AngleOf)]);
    }
}
