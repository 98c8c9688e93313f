namespace MicroscopeStream.Server.Security;

/// <summary>What was allowed when a connection began, asked again at most once a second: a token may have been taken back since.</summary>
/// <remarks>Not thread-safe: one writer asks. Once taken back, it stays so.</remarks>
internal sealed class StandingAccess(Func<bool> allowed, TimeProvider time)
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(1);

    private long _asked = time.GetTimestamp();
    private bool _holds = true;

    /// <summary>Whether it is still allowed.</summary>
    public bool Holds
    {
        get
        {
            if (_holds && time.GetElapsedTime(_asked) >= AskAgain)
            {
                (_asked, _holds) = (time.GetTimestamp(), allowed());
            }

            return _holds;
        }
    }
}
