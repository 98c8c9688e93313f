namespace MicroscopeStream.ThirdParty.Tests.Engine;

/// <summary>What carries the calls.</summary>
public enum Transport
{
    /// <summary>TCP over the loopback interface.</summary>
    Tcp,

    /// <summary>A Unix domain socket.</summary>
    UnixSocket,
}
