using Grpc.Core;
using MicroscopeStream.Contract.V1;

namespace MicroscopeStream.Server.Tests.Support;

/// <summary>The machine-readable half of an error.</summary>
internal static class Faults
{
    /// <summary>The ErrorDetail messages in the trailer <c>grpc-status-details-bin</c>.</summary>
    public static IReadOnlyList<ErrorDetail> Of(RpcException exception)
    {
        byte[]? bytes = exception.Trailers.GetValueBytes("grpc-status-details-bin");
        Assert.That(bytes, Is.Not.Null, $"{exception.Status} carries no details");
        Contract.Rpc.Status status = Contract.Rpc.Status.Parser.ParseFrom(bytes);
        Assert.Multiple(() =>
        {
            Assert.That(status.Code, Is.EqualTo((int)exception.StatusCode));
            Assert.That(status.Message, Is.EqualTo(exception.Status.Detail));
        });
        return [.. status.Details.Select(detail => detail.Unpack<ErrorDetail>())];
    }
}
