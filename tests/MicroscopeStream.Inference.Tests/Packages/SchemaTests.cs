using System.Text.Json;
using MicroscopeStream.Inference.Tests.Tools;
using System.Text.Json.Serialization.Metadata;
using MicroscopeStream.Inference.Packages;

namespace MicroscopeStream.Inference.Tests.Packages;

/// <summary>The schema and the records say the same.</summary>
public class SchemaTests
{
    [Test]
    public void Every_field_of_the_records_is_in_the_schema_and_every_field_of_the_schema_in_the_records()
    {
        JsonElement root = JsonDocument.Parse(ModelPackageLoader.Schema).RootElement;
        var differences = new List<string>();
        Compare(root, root, typeof(ModelManifest), "", differences);
        Assert.That(differences, Is.Empty);
    }

    [Test]
    public void The_schema_in_the_assembly_is_the_one_in_the_repository()
    {
        string? file = TestPaths.InRepository("onnx-models/model.schema.json");
        Assert.That(file, Is.Not.Null);
        Assert.That(File.ReadAllText(file!), Is.EqualTo(ModelPackageLoader.Schema));
    }

    private static void Compare(JsonElement root, JsonElement schema, Type type, string path, List<string> differences)
    {
        if (schema.TryGetProperty("$ref", out JsonElement reference))
        {
            schema = root.GetProperty("$defs").GetProperty(reference.GetString()!.Split('/')[^1]);
        }

        JsonTypeInfo info = ModelJson.Default.Options.GetTypeInfo(Nullable.GetUnderlyingType(type) ?? type);
        if (info.Kind == JsonTypeInfoKind.Dictionary && schema.TryGetProperty("additionalProperties", out JsonElement entries))
        {
            Compare(root, entries, info.Type.GenericTypeArguments[^1], $"{path}.*", differences);
        }
        else if (info.Kind == JsonTypeInfoKind.Enumerable && schema.TryGetProperty("items", out JsonElement items))
        {
            Compare(root, items, info.Type.GenericTypeArguments[0], $"{path}[]", differences);
        }
        else if (info.Type.IsEnum)
        {
            string[] written = [.. Enum.GetValuesAsUnderlyingType(info.Type).Cast<object>().Select(
                value => JsonSerializer.Serialize(Enum.ToObject(info.Type, value), info).Trim('"'))];
            string[] allowed = [.. schema.GetProperty("enum").EnumerateArray().Select(value => value.GetString()!)];
            Add(written.Except(allowed).Select(value => $"{path}: the enum's {value} is not in the schema"));
            Add(allowed.Except(written).Select(value => $"{path}: the schema's {value} is not in the enum"));
        }
        else if (info.Kind == JsonTypeInfoKind.Object)
        {
            var fields = schema.GetProperty("properties").EnumerateObject()
                .Where(field => field.Name != "$schema").ToDictionary(field => field.Name, field => field.Value);
            JsonPropertyInfo[] properties = [.. info.Properties.Where(property => !property.IsExtensionData && property.Get is not null)];
            Add(properties.Select(property => property.Name).Except(fields.Keys).Select(name => $"{path}.{name}: not in the schema"));
            Add(fields.Keys.Except(properties.Select(property => property.Name)).Select(name => $"{path}.{name}: not in {info.Type.Name}"));
            string[] required = schema.TryGetProperty("required", out JsonElement names) ? [.. names.EnumerateArray().Select(name => name.GetString()!)] : [];
            Add(
                properties.Where(property => property.IsRequired != required.Contains(property.Name)).Select(property => $"{path}.{property.Name}: required in one only"));
            foreach (JsonPropertyInfo property in properties.Where(property => fields.ContainsKey(property.Name)))
            {
                Compare(root, fields[property.Name], property.PropertyType, $"{path}.{property.Name}", differences);
            }
        }

        void Add(IEnumerable<string> found) => differences.AddRange(found);
    }
}
