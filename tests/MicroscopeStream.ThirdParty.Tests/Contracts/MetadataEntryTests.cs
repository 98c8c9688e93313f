using Grpc.Core;

namespace MicroscopeStream.ThirdParty.Tests.Contracts;

public sealed class MetadataEntryTests
{
    [TestCase("Key")]
    [TestCase("k-e_y.09")]
    [TestCase("-bin-")]
    public void Text_key_is_stored_in_lower_case(string key)
    {
        var entry = new Metadata.Entry(key, "Value");

        Assert.That(entry.Key, Is.EqualTo(key.ToLowerInvariant()));
        Assert.That(entry.Value, Is.EqualTo("Value"));
        Assert.That(entry.IsBinary, Is.False);
    }

    [TestCase("a b")]
    [TestCase("a:b")]
    [TestCase("a/b")]
    [TestCase("é")]
    [TestCase("a\n")]
    public void Key_with_other_characters_is_refused(string key)
    {
        Assert.That(() => new Metadata.Entry(key, "x"), Throws.ArgumentException);
        Assert.That(() => new Metadata.Entry(key + Metadata.BinaryHeaderSuffix + "\0", [1]), Throws.ArgumentException);
    }

    [Test]
    public void Suffix_decides_between_text_and_binary()
    {
        Assert.That(() => new Metadata.Entry("hash-BIN", "text"), Throws.ArgumentException);
        Assert.That(() => new Metadata.Entry("hash", [1]), Throws.ArgumentException);
        Assert.That(new Metadata.Entry("hash-BIN", [1]).IsBinary, Is.True);
    }

    [Test]
    public void Nulls_are_refused()
    {
        Assert.That(() => new Metadata.Entry(null!, "x"), Throws.ArgumentNullException);
        Assert.That(() => new Metadata.Entry("x", (string)null!), Throws.ArgumentNullException);
        Assert.That(() => new Metadata.Entry("x-bin", (byte[])null!), Throws.ArgumentNullException);
    }

    [Test]
    public void Binary_value_is_copied_in_and_out()
    {
        byte[] bytes = [1, 2, 3];
        var entry = new Metadata.Entry("x-bin", bytes);

        bytes[0] = 99;
        entry.ValueBytes[1] = 99;

        Assert.That(entry.ValueBytes, Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public void Text_form_names_key_and_value()
    {
        Assert.That(new Metadata.Entry("a", "1").ToString(), Does.Contain("key=a").And.Contain("value=1"));
        Assert.That(new Metadata.Entry("a-bin", [0, 1]).ToString(), Does.Contain("key=a-bin"));
    }
}
