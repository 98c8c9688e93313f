using System.Diagnostics.Metrics;

namespace MicroscopeStream.Server.Observing;

/// <summary>.NET's own instruments of what the service does beside sessions: viewers, and whether it is well.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ServerInstruments : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string Name = "MicroscopeStream.Server";

    private readonly Meter _meter;
    private readonly UpDownCounter<int> _viewers;
    private readonly Counter<long> _previews;
    private readonly Counter<long> _missed;

    public ServerInstruments()
    {
        _meter = new Meter(new MeterOptions(Name) { Scope = this });
        _viewers = _meter.CreateUpDownCounter<int>("microscopestream.viewers", "{viewer}", "Viewers connected.");
        _previews = _meter.CreateCounter<long>("microscopestream.viewer.previews", "{preview}", "Previews sent to viewers that have left.");
        _missed = _meter.CreateCounter<long>("microscopestream.viewer.missed", "{update}", "Updates that viewers missed because they were slow, of viewers that have left.");
    }

    public void ViewerCame() => _viewers.Add(1);

    public void ViewerLeft(long previews, long missed)
    {
        _viewers.Add(-1);
        _previews.Add(previews);
        _missed.Add(missed);
    }

    /// <summary>Tells with every scrape how the service is.</summary>
    public void Tell(Func<bool> serving, Func<bool> degraded)
    {
        _meter.CreateObservableGauge("microscopestream.serving", () => serving() ? 1 : 0, null, "1 while the service takes sessions.");
        _meter.CreateObservableGauge("microscopestream.degraded", () => degraded() ? 1 : 0, null, "1 while something is wrong that /healthz names.");
    }

    public void Dispose() => _meter.Dispose();
}
