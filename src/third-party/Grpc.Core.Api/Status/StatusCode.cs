namespace Grpc.Core;

/// <summary>How a call ended. The numbers are the wire values of the <c>grpc-status</c> trailer.</summary>
public enum StatusCode
{
    /// <summary>The call succeeded.</summary>
    OK = 0,

    /// <summary>The call was cancelled, usually by the caller.</summary>
    Cancelled = 1,

    /// <summary>The cause is unknown, for example an exception that the handler did not translate.</summary>
    Unknown = 2,

    /// <summary>An argument is wrong whatever the state of the service (compare <see cref="FailedPrecondition"/>).</summary>
    InvalidArgument = 3,

    /// <summary>The deadline passed first. A call that changes state may have succeeded all the same.</summary>
    DeadlineExceeded = 4,

    /// <summary>What was asked for does not exist.</summary>
    NotFound = 5,

    /// <summary>What was to be created exists already.</summary>
    AlreadyExists = 6,

    /// <summary>The caller is known but may not do this.</summary>
    PermissionDenied = 7,

    /// <summary>A quota, memory, disk or message-size limit is used up.</summary>
    ResourceExhausted = 8,

    /// <summary>The service is in the wrong state for this call; repeating it alone does not help.</summary>
    FailedPrecondition = 9,

    /// <summary>The operation was given up, typically over a concurrency conflict; repeat the whole transaction.</summary>
    Aborted = 10,

    /// <summary>A position lies past the valid range, and a change of state could make it valid.</summary>
    OutOfRange = 11,

    /// <summary>The service does not have this method.</summary>
    Unimplemented = 12,

    /// <summary>An invariant of the service is broken.</summary>
    Internal = 13,

    /// <summary>The service cannot be reached right now; repeating the call later may help.</summary>
    Unavailable = 14,

    /// <summary>Data is lost or corrupt beyond repair.</summary>
    DataLoss = 15,

    /// <summary>The caller gave no valid credentials.</summary>
    Unauthenticated = 16,
}
