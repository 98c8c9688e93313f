using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Net.Client;
using MicroscopeStream.Contract.V1;

namespace MicroscopeStream.Client;

/// <summary>
/// A connection to a MicroscopeStream service. Opening a session, streaming frames into it and receiving its results is:
/// <code>
/// await using var client = MicroscopeClient.Connect("http://127.0.0.1:5090");
/// await using var session = await client.OpenAsync(new AcquisitionRequest
/// {
///     Width = 512, Height = 512, PixelType = PixelType.UInt16, PixelSizeNm = 100, Method = "decode-2d-small",
/// });
/// session.LocalizationsReceived += update => Console.WriteLine($"frame {update.LastFrame}: {update.Localizations.Count}");
/// foreach (ReadOnlyMemory&lt;byte&gt; frame in frames)
///     await session.SendAsync(frame);
/// SessionSummary summary = await session.CompleteAsync();
/// </code>
/// </summary>
/// <remarks>Thread-safe: any number of sessions may share one client.</remarks>
public sealed class MicroscopeClient : IAsyncDisposable
{
    /// <summary>Where a service listens unless told otherwise.</summary>
    public const string DefaultAddress = "http://127.0.0.1:5090";

    private readonly GrpcChannel _channel;
    private readonly SessionService.SessionServiceClient _sessions;
    private readonly ModelService.ModelServiceClient _models;
    private readonly TimeProvider _time;
    private readonly bool _sameHost;

    private MicroscopeClient(string address, ConnectionOptions options)
    {
        Address = address;
        _time = options.TimeProvider ?? TimeProvider.System;
        _channel = Transport.CreateChannel(address, options, out _sameHost);
        _sessions = new SessionService.SessionServiceClient(_channel);
        _models = new ModelService.ModelServiceClient(_channel);
    }

    /// <summary>Where the service is, as given to <see cref="Connect(string, ConnectionOptions)"/>.</summary>
    public string Address { get; }

    /// <summary>Makes a client. Nothing is sent yet: a service that is not there shows at the first call.</summary>
    /// <param name="address">"http://host:port", "https://host:port", or "unix:/path/to/socket".</param>
    /// <param name="timeProvider">The clock for timestamps and for waiting between reconnects; default: the system's.</param>
    /// <exception cref="ArgumentException">The address is none of these.</exception>
    public static MicroscopeClient Connect(string address = DefaultAddress, TimeProvider? timeProvider = null) =>
        new(address, ConnectionOptions.Default with { TimeProvider = timeProvider });

    /// <summary>Makes a client for a service that asks for a token, or whose certificate this machine does not trust.</summary>
    /// <param name="address">"https://host:port", "http://host:port" of this machine, or "unix:/path/to/socket".</param>
    /// <param name="options">What to show and whom to trust.</param>
    /// <exception cref="ArgumentException">The address is none of these, or everybody on the way there could read the token.</exception>
    public static MicroscopeClient Connect(string address, ConnectionOptions options) => new(address, options);

    /// <summary>Opens a session: the service checks the request, answers with its plan, and is ready for frames.</summary>
    /// <exception cref="MicroscopeStreamException">The service refused the request (see the faults) or could not be reached.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public async Task<AcquisitionSession> OpenAsync(AcquisitionRequest request, CancellationToken cancellationToken = default)
    {
        OpenRequest open = request.ToContract(_time.GetNanoseconds(), _sameHost);
        OpenResponse response = await CallAsync(() => _sessions.OpenAsync(open, cancellationToken: cancellationToken), cancellationToken);
        int frameBytes = request.FrameBytes;
        var ticket = new SessionTicket(
            response.SessionId, response.ResumeToken, frameBytes, request.ReconnectFor, request.ResendBufferBytes);
        return await StartAsync(ticket, response.Plan, [.. response.Warnings], cancellationToken);
    }

    /// <summary>
    /// Takes up a session whose client is gone (broken connections within one <see cref="AcquisitionSession"/> are mended by
    /// itself). Go on with the frame <see cref="AcquisitionSession.NextSequence"/>.
    /// </summary>
    /// <param name="ticket">From <see cref="AcquisitionSession.Ticket"/>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="MicroscopeStreamException">The session is not known (any more), or the service could not be reached.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public async Task<AcquisitionSession> ResumeAsync(SessionTicket ticket, CancellationToken cancellationToken = default)
    {
        ResumeResponse response = await CallAsync(
            () => _sessions.ResumeAsync(new ResumeRequest { SessionId = ticket.SessionId, ResumeToken = ticket.ResumeToken }, cancellationToken: cancellationToken),
            cancellationToken);
        return await StartAsync(ticket, response.Plan, [], cancellationToken);
    }

    /// <summary>Follows a session's results from another place; slow reading loses previews, and never slows the session.</summary>
    /// <param name="sessionId">The session; empty: the newest.</param>
    /// <param name="previewRate">Previews per second at most; 0: the session's own rate; negative: none.</param>
    /// <param name="localizations">Whether localizations are wanted too.</param>
    /// <param name="cancellationToken">Ends the watching.</param>
    /// <exception cref="MicroscopeStreamException">There is no such session, or the service could not be reached.</exception>
    public async IAsyncEnumerable<SessionUpdate> WatchAsync(
        string sessionId = "",
        double previewRate = 0,
        bool localizations = true,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var request = new WatchRequest { SessionId = sessionId, PreviewRate = previewRate, Localizations = localizations };
        using AsyncServerStreamingCall<WatchResponse> call = _sessions.Watch(request, cancellationToken: cancellationToken);
        while (await TranslateAsync(() => call.ResponseStream.MoveNext(cancellationToken), cancellationToken))
        {
            if (UpdateMapping.FromContract(call.ResponseStream.Current.Update, _time.GetTimestamp()) is { } update)
            {
                yield return update;
            }
        }
    }

    /// <summary>Lists every method that can be asked for, and every model folder that could not be loaded.</summary>
    /// <param name="task">Only this task, for example "localization"; empty: all.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="MicroscopeStreamException">The service could not be reached.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public Task<ListModelsResponse> ListModelsAsync(string task = "", CancellationToken cancellationToken = default) =>
        CallAsync(() => _models.ListModelsAsync(new ListModelsRequest { Task = task }, cancellationToken: cancellationToken), cancellationToken);

    /// <summary>Describes one method: domain, measured figures, card.</summary>
    /// <exception cref="MicroscopeStreamException">There is no such method, or the service could not be reached.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public Task<DescribeModelResponse> DescribeModelAsync(string id, CancellationToken cancellationToken = default) =>
        CallAsync(() => _models.DescribeModelAsync(new DescribeModelRequest { Id = id }, cancellationToken: cancellationToken), cancellationToken);

    /// <summary>Lists the open sessions.</summary>
    /// <exception cref="MicroscopeStreamException">The service could not be reached.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public Task<ListSessionsResponse> ListSessionsAsync(CancellationToken cancellationToken = default) =>
        CallAsync(() => _sessions.ListSessionsAsync(new ListSessionsRequest(), cancellationToken: cancellationToken), cancellationToken);

    /// <summary>Closes the connection. Sessions still open break, and can be resumed.</summary>
    public ValueTask DisposeAsync()
    {
        _channel.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<AcquisitionSession> StartAsync(
        SessionTicket ticket, Plan plan, Notice[] warnings, CancellationToken cancellationToken)
    {
        var session = new AcquisitionSession(
            new SessionCalls(_channel.CreateCallInvoker(), _sessions, Address), ticket, plan, warnings, _time);
        try
        {
            await session.StartAsync(cancellationToken);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    private Task<T> CallAsync<T>(Func<AsyncUnaryCall<T>> start, CancellationToken cancellationToken) =>
        TranslateAsync(
            async () =>
            {
                using AsyncUnaryCall<T> call = start();
                return await call.ResponseAsync;
            },
            cancellationToken);

    private async Task<T> TranslateAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call();
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Cancelled && cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException("The call was cancelled.", e, cancellationToken);
        }
        catch (RpcException e)
        {
            throw RpcErrors.Translate(e, Address);
        }
    }
}
