using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MicroscopeStream.Contract.V1;

namespace MicroscopeStream.Client;

/// <summary>Turns a call's failure into a <see cref="MicroscopeStreamException"/> with the service's own details.</summary>
internal static class RpcErrors
{
    private const string DetailsTrailer = "grpc-status-details-bin";

    /// <summary>Whether reconnecting may help: the connection broke, rather than the service having refused.</summary>
    internal static bool IsBrokenConnection(Exception exception) => exception switch
    {
        // With details, the service itself has spoken: it is there, and means it.
        RpcException rpc => rpc.Trailers.GetValueBytes(DetailsTrailer) is null && (rpc.StatusCode is StatusCode.Unavailable
            || (rpc.StatusCode is StatusCode.Internal or StatusCode.Unknown or StatusCode.Cancelled && HasTransportCause(rpc))),
        IOException or HttpRequestException => true,
        _ => false,
    };

    internal static MicroscopeStreamException Translate(RpcException exception, string address)
    {
        List<Fault> faults = ReadFaults(exception.Trailers);
        string message = exception.StatusCode switch
        {
            StatusCode.Unavailable when faults.Count == 0 =>
                $"No MicroscopeStream service answers at {address} ({Reason(exception)}). Start one with 'mstream serve', or check the address.",
            StatusCode.Unimplemented =>
                $"What answers at {address} does not speak microscopestream.v1. Check the address: the gRPC port is 5090 unless told otherwise.",
            _ => Join(exception.Status.Detail, faults),
        };
        return new MicroscopeStreamException(message, exception.StatusCode, faults, exception);
    }

    private static string Join(string detail, List<Fault> faults)
    {
        // The service's own message usually repeats its faults: they are added only where it does not.
        IEnumerable<string> more = faults.Where(f => f.Remedy.Length > 0 && !detail.Contains(f.Remedy, StringComparison.Ordinal)).Select(
            f => f.ToString());
        return string.Join(' ', more.Prepend(detail).Where(s => s.Length > 0));
    }

    private static List<Fault> ReadFaults(Metadata trailers)
    {
        byte[]? packed = trailers.GetValueBytes(DetailsTrailer);
        if (packed is null)
        {
            return [];
        }

        try
        {
            var faults = new List<Fault>();
            foreach (Any any in Contract.Rpc.Status.Parser.ParseFrom(packed).Details)
            {
                if (any.TryUnpack(out ErrorDetail detail))
                {
                    faults.Add(new Fault(detail.Code, detail.Field, detail.Actual, detail.Expected, detail.Remedy));
                }
            }

            return faults;
        }
        catch (InvalidProtocolBufferException)
        {
            // Details that cannot be read must not hide the status that came with them.
            return [];
        }
    }

    private static bool HasTransportCause(RpcException exception)
    {
        for (Exception? e = exception.InnerException ?? exception.Status.DebugException; e is not null; e = e.InnerException)
        {
            if (e is IOException or HttpRequestException or System.Net.Sockets.SocketException)
            {
                return true;
            }
        }

        return false;
    }

    private static string Reason(RpcException exception)
    {
        Exception? e = exception.InnerException ?? exception.Status.DebugException;
        while (e?.InnerException is not null)
        {
            e = e.InnerException;
        }

        return e?.Message ?? exception.Status.Detail;
    }
}
