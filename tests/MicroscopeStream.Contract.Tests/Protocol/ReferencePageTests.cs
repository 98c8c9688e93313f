using Google.Protobuf.Reflection;

namespace MicroscopeStream.Contract.Tests.Protocol;

public sealed class ReferencePageTests
{
    [Test]
    public void The_committed_page_is_what_the_protos_say()
    {
        string file = ContractDescriptors.InRepository("docs/reference/protocol.md");
        string page = ReferencePage.Write(ContractDescriptors.Ours);
        if (ContractDescriptors.Update)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, page);
        }

        Assert.That(File.Exists(file) ? File.ReadAllText(file) : "", Is.EqualTo(page), "The protos changed: run this test with UPDATE_DOCS=1 and commit the page.");
    }

    [Test]
    public void Every_declaration_has_a_comment()
    {
        IEnumerable<string> bare = ContractDescriptors.Ours.SelectMany(Bare);
        Assert.That(bare, Is.Empty, "Comments are the reference page; say what the field means, in which unit, and what its zero stands for.");
    }

    private static IEnumerable<string> Bare(FileDescriptorProto file)
    {
        var comments = new ProtoComments(file);
        IEnumerable<(string Name, string Comment)> all =
        [
            .. file.MessageType.SelectMany((m, i) => m.Field.Select((f, n) => ($"{m.Name}.{f.Name}", comments[4, i, 2, n])).Append((m.Name, comments[4, i]))),
            .. file.EnumType.SelectMany((e, i) => e.Value.Select((v, n) => ($"{e.Name}.{v.Name}", comments[5, i, 2, n])).Append((e.Name, comments[5, i]))),
            .. file.Service.SelectMany((s, i) => s.Method.Select((m, n) => ($"{s.Name}.{m.Name}", comments[6, i, 2, n])).Append((s.Name, comments[6, i]))),
        ];
        return all.Where(one => one.Comment.Length == 0).Select(one => $"{file.Name}: {one.Name}");
    }
}
