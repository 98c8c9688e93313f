using System.Net.Sockets;
using Grpc.Net.Client;

namespace MicroscopeStream.Server.Tests.Support;

/// <summary>Channels of other kinds than loopback TCP.</summary>
internal static class Channels
{
    public static GrpcChannel OverUnixSocket(string path) => GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions
    {
        HttpHandler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        },
    });
}
