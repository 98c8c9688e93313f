using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MicroscopeStream.Contract.V1;

namespace MicroscopeStream.Server.Errors;

/// <summary>Makes the exceptions that clients see: a status for people, and a google.rpc.Status with one ErrorDetail per fault for programs.</summary>
internal static class RpcErrors
{
    /// <summary>The trailer that holds the google.rpc.Status, as in every gRPC implementation.</summary>
    public const string DetailsTrailer = "grpc-status-details-bin";

    // C++ clients refuse response headers above 8 KiB by default, base64 included.
    private const int MaxDetailsBytes = 4096;
    private const int MaxMessageLength = 1024;
    private const int MaxValueLength = 256;

    public static RpcException Make(StatusCode code, IReadOnlyList<Fault> faults) => Make(code, Summarize(faults), faults);

    public static RpcException Make(StatusCode code, Fault fault) => Make(code, [fault]);

    public static RpcException Make(StatusCode code, string message, IReadOnlyList<Fault> faults)
    {
        var status = new Contract.Rpc.Status { Code = (int)code, Message = message };
        foreach (Fault fault in faults)
        {
            Any packed = Any.Pack(ToDetail(fault));
            if (status.CalculateSize() + packed.CalculateSize() > MaxDetailsBytes)
            {
                break;
            }

            status.Details.Add(packed);
        }

        var trailers = new Metadata { { DetailsTrailer, status.ToByteArray() } };
        return new RpcException(new Status(code, message), trailers);
    }

    private static ErrorDetail ToDetail(Fault fault) => new()
    {
        Code = fault.Code,
        Field = fault.Field,
        Actual = Cut(fault.Actual, MaxValueLength),
        Expected = Cut(fault.Expected, MaxValueLength),
        Remedy = fault.Remedy,
    };

    private static string Summarize(IReadOnlyList<Fault> faults) => Cut(string.Join(' ', faults.Select(Sentence)), MaxMessageLength);

    private static string Sentence(Fault fault) => fault.Field.Length == 0
        ? $"{fault.Actual}. {fault.Remedy}"
        : $"{fault.Field} is {fault.Actual}; expected {fault.Expected}. {fault.Remedy}";

    private static string Cut(string text, int length) => text.Length <= length ? text : string.Concat(text.AsSpan(0, length - 1), "…");
}
