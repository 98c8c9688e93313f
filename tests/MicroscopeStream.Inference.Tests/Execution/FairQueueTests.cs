using MicroscopeStream.Inference.Execution;

namespace MicroscopeStream.Inference.Tests.Execution;

public class FairQueueTests
{
    [Test]
    public void Clients_that_always_have_work_get_equal_time_whatever_the_size_of_their_pieces()
    {
        var queue = new FairQueue<string>();
        (FairQueue<string>.Client Client, string Name, double Cost)[] clients =
            [(queue.Add(), "small", 1), (queue.Add(), "large", 10), (queue.Add(), "middle", 3)];
        var time = clients.ToDictionary(one => one.Name, _ => 0.0);
        foreach ((FairQueue<string>.Client client, string name, double cost) in clients)
        {
            queue.Enqueue(client, name, cost);
        }

        for (int i = 0; i < 3000; i++)
        {
            string done = queue.Dequeue()!;
            (FairQueue<string>.Client client, string name, double cost) = clients.Single(one => one.Name == done);
            time[name] += cost;
            queue.Enqueue(client, name, cost);
        }

        Assert.That(time.Values.Max() - time.Values.Min(), Is.LessThanOrEqualTo(10), "no one is ahead by more than the largest piece");
    }

    [Test]
    public void A_client_that_was_idle_has_no_claim_on_the_past()
    {
        var queue = new FairQueue<string>();
        FairQueue<string>.Client busy = queue.Add(), idle = queue.Add();
        for (int i = 0; i < 100; i++)
        {
            queue.Enqueue(busy, "busy", 1);
            queue.Dequeue();
        }

        int busyTurns = 0;
        queue.Enqueue(busy, "busy", 1);
        queue.Enqueue(idle, "idle", 1);
        for (int i = 0; i < 20; i++)
        {
            string done = queue.Dequeue()!;
            busyTurns += done == "busy" ? 1 : 0;
            queue.Enqueue(done == "busy" ? busy : idle, done, 1);
        }

        Assert.That(busyTurns, Is.EqualTo(10).Within(1));
    }

    [Test]
    public void A_client_has_one_piece_waiting_at_most_and_takes_it_along_when_it_goes()
    {
        var queue = new FairQueue<string>();
        FairQueue<string>.Client client = queue.Add();
        queue.Enqueue(client, "first", 1);
        Assert.That(() => queue.Enqueue(client, "second", 1), Throws.InvalidOperationException);
        Assert.That(() => queue.Remove(client), Throws.InvalidOperationException);
        Assert.That(queue.Withdraw(client), Is.EqualTo("first"));
        queue.Remove(client);
        Assert.That(queue.Dequeue(), Is.Null);
        Assert.That((queue.Waiting, queue.Count), Is.EqualTo((0, 0)));
    }
}
