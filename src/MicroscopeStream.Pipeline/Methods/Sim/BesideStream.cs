namespace MicroscopeStream.Pipeline.Methods.Sim;

/// <summary>Work that goes on beside a stream.</summary>
internal static class BesideStream
{
    /// <summary>Waits for it to end, well or not.</summary>
    /// <param name="work">What goes on; null: nothing does.</param>
    public static async ValueTask EndAsync(Task? work)
    {
        try
        {
            await (work ?? Task.CompletedTask).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // What went wrong beside a stream that has ended concerns nobody any more.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }
}
