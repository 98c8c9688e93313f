namespace MicroscopeStream.Pipeline.Sessions;

/// <summary>Where a session is in its life.</summary>
public enum SessionState
{
    /// <summary>Takes frames.</summary>
    Open = 0,

    /// <summary>Works off what it holds; takes no more frames.</summary>
    Draining = 1,

    /// <summary>Over: the summary is there.</summary>
    Ended = 2,
}
