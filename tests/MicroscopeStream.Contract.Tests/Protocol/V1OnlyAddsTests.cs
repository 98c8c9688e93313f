using Google.Protobuf.Reflection;

namespace MicroscopeStream.Contract.Tests.Protocol;

/// <summary>Version 1 only adds: what was committed in <c>protos/v1.txt</c> stays as it is.</summary>
public sealed class V1OnlyAddsTests
{
    private static readonly string RecordFile = ContractDescriptors.InRepository("protos/v1.txt");
    private static readonly string[] Current = [.. ContractRecord.Of(ContractDescriptors.Ours)];

    [Test]
    public void Nothing_that_was_promised_is_gone_or_changed()
    {
        string[] broken = [.. Promised().Except(Current)];
        Assert.That(
            broken,
            Is.Empty,
            "Peers compiled against v1 rely on these. Restore them and add what you need under new names and numbers; a real break needs a v2 package.");
    }

    [Test]
    public void What_was_added_is_recorded()
    {
        string[] promised = Promised();
        if (ContractDescriptors.Update && !promised.Except(Current).Any())
        {
            File.WriteAllText(RecordFile, string.Join('\n', Current) + "\n");
            promised = Current;
        }

        Assert.That(Current.Except(promised), Is.Empty, "New in v1: record it with UPDATE_DOCS=1, from then on it is promised.");
    }

    [Test]
    public void The_comparison_notices_a_renumbered_and_a_retyped_field()
    {
        FileDescriptorProto file = ContractDescriptors.Ours.Single(f => f.Name.EndsWith("frame.proto", StringComparison.Ordinal)).Clone();
        FieldDescriptorProto sequence = file.MessageType.Single(m => m.Name == "Frame").Field.Single(f => f.Name == "sequence");
        sequence.Number = 99;
        string[] renumbered = [.. ContractRecord.Of([file])];
        sequence.Number = 1;
        sequence.Type = FieldDescriptorProto.Types.Type.Int32;
        string[] retyped = [.. ContractRecord.Of([file])];
        Assert.Multiple(() =>
        {
            Assert.That(renumbered, Does.Contain("field microscopestream.v1.Frame.sequence = 99: uint64"));
            Assert.That(retyped, Does.Contain("field microscopestream.v1.Frame.sequence = 1: int32"));
            Assert.That(Current, Does.Contain("field microscopestream.v1.Frame.sequence = 1: uint64"));
        });
    }

    private static string[] Promised() => File.Exists(RecordFile) ? File.ReadAllLines(RecordFile) : [];
}
