using System.Net.WebSockets;
using Google.Protobuf;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;
using MicroscopeStream.Server.Sessions;

namespace MicroscopeStream.Server.Viewing;

/// <summary>
/// One viewer: updates go out in the order of publishing, previews only as fast as it takes them. Whatever it does, nothing in the
/// session waits for it.
/// </summary>
internal sealed class ViewerConnection
{
    private readonly WebSocket _socket;
    private readonly SessionManager _sessions;
    private readonly CancellationToken _stopping;
    private readonly PreviewFlow _flow = new();
    private readonly ViewerRequests _requests;
    private readonly WatchResponse _response = new();
    private UpdateSubscription? _updates;
    private Session? _session;
    private UpdateMessages? _messages;
    private byte[] _bytes = [];
    private long _missedBefore;

    public ViewerConnection(WebSocket socket, SessionManager sessions, ViewerAccess access, CancellationToken stopping)
    {
        _socket = socket;
        _sessions = sessions;
        _stopping = stopping;
        _requests = new ViewerRequests(socket, access, _flow);
    }

    /// <summary>Previews sent.</summary>
    public long Previews => _flow.Sent;

    /// <summary>Updates that it missed because it was slow, replaced previews included.</summary>
    public long Missed => _missedBefore + (_updates?.Missed ?? 0) + _flow.Replaced;

    /// <summary>Serves until the session or the viewer ends it.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<(WebSocketCloseStatus Status, string Reason)?> reading = _requests.ReadAsync(gone.Token);
        try
        {
            (WebSocketCloseStatus status, string reason) = await ServeAsync(reading, cancellationToken).ConfigureAwait(false);
            await CloseAsync(status, reason, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _updates?.Dispose();
            _flow.Clear();

            // The viewer's answer to the close ends the reading; one that does not answer must not keep us.
            gone.CancelAfter(TimeSpan.FromSeconds(2));
            await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Says goodbye.</summary>
    public Task CloseAsync(WebSocketCloseStatus status, string reason, CancellationToken cancellationToken) =>
        _socket.State is WebSocketState.Open or WebSocketState.CloseReceived
            ? _socket.CloseOutputAsync(status, ViewerClose.Fit(reason), cancellationToken)
            : Task.CompletedTask;

    private async Task<(WebSocketCloseStatus Status, string Reason)> ServeAsync(
        Task<(WebSocketCloseStatus Status, string Reason)?> reading, CancellationToken cancellationToken)
    {
        Task<bool>? said = null, published = null;
        bool ended = false;
        while (true)
        {
            if (reading.IsCompleted)
            {
                return await reading.ConfigureAwait(false) ?? (ViewerClose.Ended, string.Empty);
            }

            // Before anything is sent; an open session tells its progress every second.
            if (_requests.IsTakenBack)
            {
                return (ViewerClose.WrongToken, "The token is not valid any more.");
            }

            _requests.Said.TryRead(out _);
            await SendWaitingAsync(cancellationToken).ConfigureAwait(false);
            if (_requests.TakeWanted() is { } wanted)
            {
                try
                {
                    if (Follow(wanted))
                    {
                        (published, ended) = (null, false);
                    }
                }
                catch (SessionRefusedException refused)
                {
                    return (ViewerClose.NoSession, refused.Message);
                }

                continue;
            }

            if (published is { IsCompleted: true })
            {
                ended = !await published.ConfigureAwait(false);
                published = null;
                continue;
            }

            if (ended && !_flow.Waits)
            {
                return _stopping.IsCancellationRequested
                    ? (ViewerClose.ShuttingDown, "The service shuts down.")
                    : (ViewerClose.Ended, "The session has ended.");
            }

            said = said is { IsCompleted: false } ? said : _requests.Said.WaitToReadAsync(CancellationToken.None).AsTask();
            published ??= ended ? null : _updates?.WaitToReadAsync(CancellationToken.None).AsTask();
            await Task.WhenAny(said, published ?? said).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Turns to what the viewer wants now. Returns whether updates come from a new subscription.</summary>
    private bool Follow(WatchRequest wanted)
    {
        Session session = _sessions.Find(wanted.SessionId);
        SubscriptionOptions options = WatchRequests.OptionsOf(wanted);
        _messages = new UpdateMessages(session, new PreviewView(wanted));
        if (session == _session && options == _updates!.Options)
        {
            _flow.Again();
            return false;
        }

        if (session != _session)
        {
            _flow.Clear();
            _response.Session = SessionMessages.ToMessage(session);
        }

        _missedBefore += _updates?.Missed ?? 0;
        _updates?.Dispose();
        (_session, _updates) = (session, session.Subscribe(options));
        return true;
    }

    /// <summary>Sends what waits, results and previews in turn: neither starves the other.</summary>
    private async Task SendWaitingAsync(CancellationToken cancellationToken)
    {
        for (bool any = true; any && _updates is not null;)
        {
            any = _updates.TryRead(out SessionUpdate update);
            if (any && update.Body is PreviewPlane)
            {
                _flow.Put(update);
            }
            else if (any)
            {
                await SendAsync(update, cancellationToken).ConfigureAwait(false);
                update.Release();
            }

            if (_flow.Next() is { } preview)
            {
                any = true;
                await SendAsync(preview, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task SendAsync(SessionUpdate update, CancellationToken cancellationToken)
    {
        _response.Update = _messages!.ToMessage(update);
        _response.Missed = (ulong)Missed;
        int size = _response.CalculateSize();
        if (_bytes.Length < size)
        {
            _bytes = new byte[size];
        }

        _response.WriteTo(_bytes.AsSpan(0, size));
        await _socket.SendAsync(_bytes.AsMemory(0, size), WebSocketMessageType.Binary, endOfMessage: true, cancellationToken).ConfigureAwait(false);
        _response.Session = null;
    }
}
