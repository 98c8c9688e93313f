using Grpc.Core;
using MicroscopeStream.Pipeline.Sessions;

namespace MicroscopeStream.Server.Errors;

/// <summary>The pipeline's refusals as gRPC says them.</summary>
internal static class RefusedSessions
{
    public static RpcException ToRpc(SessionRefusedException refused) => RpcErrors.Make(CodeOf(refused.Reason), [.. refused.Problems.Select(ToFault)]);

    public static Fault ToFault(SpecificationProblem problem) =>
        new(problem.Code, problem.Field, problem.Actual, problem.Expected, problem.Remedy);

    private static StatusCode CodeOf(RefusalReason reason) => reason switch
    {
        RefusalReason.InvalidSpecification => StatusCode.InvalidArgument,
        RefusalReason.NotFound => StatusCode.NotFound,
        RefusalReason.ResourcesExhausted => StatusCode.ResourceExhausted,
        RefusalReason.WrongToken => StatusCode.PermissionDenied,
        _ => StatusCode.FailedPrecondition,
    };
}
