using MicroscopeStream.StructuredIllumination.Orders;

namespace MicroscopeStream.StructuredIllumination.Patterns;

/// <summary>Tells by which carrier a frame is lit.</summary>
internal static class FrameAngles
{
    /// <summary>The angle of each frame, from the strength of each carrier in it; carriers are put in the order that agrees best with the stated one.</summary>
    /// <param name="order">The stated order.</param>
    /// <param name="strength">[carrier][frame]; carriers and rows change places here.</param>
    public static int[] Assign(FrameOrder order, double[][] strength)
    {
        double[] typical = [.. strength.Select(row => row.OrderDescending().Take(order.Phases).Average())];
        var angles = new int[order.FramesPerImage];
        for (int n = 0; n < angles.Length; n++)
        {
            for (int a = 1; a < strength.Length; a++)
            {
                if (strength[a][n] / typical[a] > strength[angles[n]][n] / typical[angles[n]])
                {
                    angles[n] = a;
                }
            }
        }

        return angles;
    }
}
