namespace MicroscopeStream.Inference.Execution;

/// <summary>
/// Hands out the work of several clients so that each gets the same share of time, whatever the size of its pieces:
/// start-time fair queueing (Goyal, Vin and Cheng 1997, 10.1109/90.649569). Each client has at most one piece waiting, so the
/// queue is as long as there are clients.
/// </summary>
/// <remarks>Not thread-safe: the owner locks. Nothing is allocated after a client was added.</remarks>
/// <typeparam name="T">A piece of work.</typeparam>
internal sealed class FairQueue<T>
    where T : class
{
    private readonly List<Client> _clients = [];
    private double _virtualTime;

    /// <summary>Number of pieces waiting.</summary>
    public int Waiting { get; private set; }

    /// <summary>Number of clients.</summary>
    public int Count => _clients.Count;

    /// <summary>Adds a client.</summary>
    public Client Add()
    {
        // A newcomer starts where the others are, not with a claim on the past.
        var client = new Client { Finish = _virtualTime };
        _clients.Add(client);
        return client;
    }

    /// <summary>Takes a client's piece out of the line; null when it has none waiting.</summary>
    public T? Withdraw(Client client)
    {
        T? waiting = client.Work;
        client.Work = null;
        Waiting -= waiting is null ? 0 : 1;
        return waiting;
    }

    /// <summary>Removes a client that has no piece waiting.</summary>
    /// <exception cref="InvalidOperationException">It has one.</exception>
    public void Remove(Client client)
    {
        if (client.Work is not null)
        {
            throw new InvalidOperationException("The client has work waiting; withdraw it first.");
        }

        _clients.Remove(client);
    }

    /// <summary>Puts a client's piece in line.</summary>
    /// <param name="client">Whose.</param>
    /// <param name="work">The piece.</param>
    /// <param name="cost">Time that it will take, in any unit, &gt; 0.</param>
    /// <exception cref="InvalidOperationException">The client has a piece waiting.</exception>
    public void Enqueue(Client client, T work, double cost)
    {
        if (client.Work is not null)
        {
            throw new InvalidOperationException("The client already has work waiting.");
        }

        client.Work = work;
        client.Start = Math.Max(_virtualTime, client.Finish);
        client.Finish = client.Start + cost;
        Waiting++;
    }

    /// <summary>Takes the piece whose turn it is; null when none waits.</summary>
    public T? Dequeue()
    {
        Client? next = null;
        foreach (Client client in _clients)
        {
            if (client.Work is not null && (next is null || client.Start < next.Start))
            {
                next = client;
            }
        }

        if (next is null)
        {
            return null;
        }

        T work = next.Work!;
        next.Work = null;
        Waiting--;
        _virtualTime = next.Start;
        return work;
    }

    /// <summary>One client's place in the queue.</summary>
    internal sealed class Client
    {
        /// <summary>The piece waiting.</summary>
        public T? Work { get; set; }

        /// <summary>Virtual time at which it starts.</summary>
        public double Start { get; set; }

        /// <summary>Virtual time at which the last one ends.</summary>
        public double Finish { get; set; }
    }
}
