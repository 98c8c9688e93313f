using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Server.Viewing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MicroscopeStream.Server.Observing;

/// <summary>
/// <c>/metrics</c>: what .NET's instruments of this service and of the runtime measure, in Prometheus's text format 0.0.4. Listens from the
/// start of the service; whoever prefers OpenTelemetry's exporters listens to the same meters.
/// </summary>
internal sealed class MetricsEndpoint : IDisposable
{
    private const string Format = "text/plain; version=0.0.4; charset=utf-8";

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, InstrumentLog> _logs = new();
    private readonly Lock _collecting = new();
    private readonly SessionManager _sessions;
    private readonly ServerInstruments _server;

    /// <summary>Starts listening.</summary>
    public MetricsEndpoint(SessionManager sessions, ServerInstruments server)
    {
        (_sessions, _server) = (sessions, server);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (IsOurs(instrument.Meter))
            {
                listener.EnableMeasurementEvents(instrument, _logs.GetOrAdd(instrument, static one => new InstrumentLog(one)));
            }
        };
        _listener.MeasurementsCompleted = (instrument, state) => _logs.TryRemove(instrument, out _);
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, log) => ((InstrumentLog)log!).Measure(value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, log) => ((InstrumentLog)log!).Measure(value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, log) => ((InstrumentLog)log!).Measure(value, tags));
        _listener.Start();
    }

    public static void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet("/metrics", static (HttpContext context) =>
    {
        var access = (ViewerAccess)context.RequestServices.GetService(typeof(ViewerAccess))!;
        if (access.Refuse(context) is { } refused)
        {
            return PlainText.WriteAsync(context, refused.Status, refused.Reason);
        }

        context.Response.ContentType = Format;
        return context.Response.WriteAsync(((MetricsEndpoint)context.RequestServices.GetService(typeof(MetricsEndpoint))!).Collect(), context.RequestAborted);
    });

    /// <summary>Everything as of now.</summary>
    public string Collect()
    {
        lock (_collecting)
        {
            foreach (InstrumentLog log in _logs.Values)
            {
                log.BeginObservation();
            }

            _listener.RecordObservableInstruments();
            var text = new StringBuilder(16 * 1024);
            foreach ((_, InstrumentLog log) in _logs.OrderBy(one => one.Key.Name, StringComparer.Ordinal))
            {
                log.Write(text);
            }

            return text.ToString();
        }
    }

    public void Dispose() => _listener.Dispose();

    // A process may hold several services: each tells of its own. The runtime belongs to all.
    private bool IsOurs(Meter meter) => meter.Name == "System.Runtime" || meter.Scope == _sessions || meter.Scope == _server;
}
