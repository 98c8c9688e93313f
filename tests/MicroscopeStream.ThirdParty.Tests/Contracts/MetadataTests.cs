using Grpc.Core;

namespace MicroscopeStream.ThirdParty.Tests.Contracts;

public sealed class MetadataTests
{
    [Test]
    public void Lookup_ignores_case_and_the_last_of_several_wins()
    {
        var metadata = new Metadata { { "Model-Id", "first" }, { "other", "x" }, { "MODEL-ID", "last" } };

        Assert.That(metadata.GetValue("model-id"), Is.EqualTo("last"));
        Assert.That(metadata.Get("mOdEl-Id"), Is.SameAs(metadata[2]));
        Assert.That(metadata.GetAll("Model-ID").Select(entry => entry.Value), Is.EqualTo(new[] { "first", "last" }));
        Assert.That(metadata.Select(entry => entry.Key), Is.EqualTo(new[] { "model-id", "other", "model-id" }));
    }

    [Test]
    public void Lookup_of_an_absent_key_finds_nothing()
    {
        var metadata = new Metadata { { "model", "x" } };

        Assert.That(metadata.Get("mode"), Is.Null);
        Assert.That(metadata.GetValue("models"), Is.Null);
        Assert.That(metadata.GetValueBytes("models-bin"), Is.Null);
        Assert.That(metadata.GetAll("models"), Is.Empty);
    }

    [Test]
    public void Bytes_come_from_binary_and_from_text_entries_but_text_only_from_text()
    {
        var metadata = new Metadata { { "hash-bin", [0, 200, 255] }, { "text", "az" } };

        Assert.That(metadata.GetValueBytes("Hash-Bin"), Is.EqualTo(new byte[] { 0, 200, 255 }));
        Assert.That(metadata.GetValueBytes("text"), Is.EqualTo("az"u8.ToArray()));
        Assert.That(() => metadata.GetValue("hash-bin"), Throws.InvalidOperationException);
    }

    [Test]
    public void List_operations_keep_the_order()
    {
        var a = new Metadata.Entry("a", "1");
        var b = new Metadata.Entry("b", "2");
        var c = new Metadata.Entry("c", "3");
        var metadata = new Metadata { a, c };

        metadata.Insert(1, b);
        Assert.That(metadata, Is.EqualTo(new[] { a, b, c }));
        Assert.That(metadata.IndexOf(c), Is.EqualTo(2));
        Assert.That(metadata.Remove(a), Is.True);
        Assert.That(metadata.Remove(a), Is.False);
        metadata.RemoveAt(0);
        metadata[0] = b;
        Assert.That(metadata, Is.EqualTo(new[] { b }));
        Assert.That(metadata.Contains(c), Is.False);
        var copy = new Metadata.Entry[2];
        metadata.CopyTo(copy, 1);
        Assert.That(copy, Is.EqualTo(new[] { null, b }));
        metadata.Clear();
        Assert.That(metadata, Is.Empty);
    }

    [Test]
    public void Empty_refuses_every_change()
    {
        var entry = new Metadata.Entry("a", "1");

        Assert.That(Metadata.Empty, Is.Empty);
        Assert.That(Metadata.Empty.IsReadOnly, Is.True);
        Assert.That(new Metadata().IsReadOnly, Is.False);
        Assert.That(() => Metadata.Empty.Add(entry), Throws.InvalidOperationException);
        Assert.That(() => Metadata.Empty.Add("a", "1"), Throws.InvalidOperationException);
        Assert.That(() => Metadata.Empty.Insert(0, entry), Throws.InvalidOperationException);
        Assert.That(() => Metadata.Empty.Remove(entry), Throws.InvalidOperationException);
        Assert.That(Metadata.Empty.Clear, Throws.InvalidOperationException);
        Assert.That(Metadata.Empty, Is.Empty);
    }

    [Test]
    public void Null_entries_are_refused()
        => Assert.That(() => new Metadata().Add(null!), Throws.ArgumentNullException);
}
