using System.Globalization;

namespace MicroscopeStream.StructuredIllumination.Orders;

/// <summary>Cuts images in which the frames of a group lie side by side: phases from left to right, angles from top to bottom.</summary>
public static class FrameTiles
{
    /// <summary>Width and height of one frame.</summary>
    /// <param name="order">An order whose frames are tiled.</param>
    /// <param name="width">Columns of the whole image.</param>
    /// <param name="height">Rows of the whole image.</param>
    /// <exception cref="ArgumentException">The order is not tiled, or the image cannot be divided evenly.</exception>
    public static (int Width, int Height) SizeOf(FrameOrder order, int width, int height)
    {
        if (!order.IsTiled || order.Slices != 1)
        {
            throw new ArgumentException($"The frames of {order.Name} do not lie side by side in one image.", nameof(order));
        }

        if (width < order.Phases || height < order.Angles || width % order.Phases != 0 || height % order.Angles != 0)
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture,
                $"An image of {width} × {height} px cannot be divided into {order.Phases} phases × {order.Angles} angles."));
        }

        return (width / order.Phases, height / order.Angles);
    }

    /// <summary>Copies one frame out.</summary>
    /// <typeparam name="T">Type of the pixels.</typeparam>
    /// <param name="order">An order whose frames are tiled.</param>
    /// <param name="image">The whole image, row-major (y, x).</param>
    /// <param name="width">Columns of the whole image.</param>
    /// <param name="index">The frame's place in the group.</param>
    /// <param name="frame">Gets the frame, row-major.</param>
    /// <exception cref="ArgumentException">The order is not tiled, or a size does not fit.</exception>
    public static void Cut<T>(FrameOrder order, ReadOnlySpan<T> image, int width, int index, Span<T> frame)
    {
        (int w, int h) = SizeOf(order, width, image.Length / Math.Max(1, width));
        if (frame.Length != w * h)
        {
            throw new ArgumentException($"A tile has {w} × {h} px; room for {frame.Length} was given.", nameof(frame));
        }

        FrameRole role = order.RoleOf(index);
        for (int y = 0; y < h; y++)
        {
            image.Slice((((role.Angle * h) + y) * width) + (role.Phase * w), w).CopyTo(frame[(y * w)..]);
        }
    }
}
