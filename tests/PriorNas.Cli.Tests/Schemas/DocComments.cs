using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace PriorNas.Cli.Tests.Schemas;

/// <summary>The summaries of doc comments, as the compiler writes them beside an assembly.</summary>
internal static partial class DocComments
{
    private static readonly Dictionary<Assembly, Dictionary<string, string>> Read = [];

    internal static string? Of(Type type) => Find(type.Assembly, "T:" + type.FullName);

    internal static string? Of(PropertyInfo property) => Find(property.DeclaringType!.Assembly, $"P:{property.DeclaringType.FullName}.{property.Name}");

    internal static string? OfField(Type type, string name) => Find(type.Assembly, $"F:{type.FullName}.{name}");

    private static string? Find(Assembly assembly, string member)
    {
        if (!Read.TryGetValue(assembly, out var comments))
        {
            var file = Path.ChangeExtension(assembly.Location, ".xml");
            Read[assembly] = comments = File.Exists(file)
                ? XDocument.Load(file).Descendants("member").Where(m => m.Element("summary") is not null).ToDictionary(m => m.Attribute("name")!.Value, m => Flatten(m.Element("summary")!))
                : [];
        }

        return comments.GetValueOrDefault(member);
    }

    private static string Flatten(XElement summary) => Space().Replace(string.Concat(summary.Nodes().Select(Text)), " ").Trim();

    /// <summary>A reference to a property is written as its key.</summary>
    private static string Text(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" } see => Key(see.Attribute("cref")!.Value),
        XElement element => element.Value,
        _ => "",
    };

    private static string Key(string reference)
    {
        var name = reference[(reference.LastIndexOf('.') + 1)..];
        return reference.StartsWith("P:", StringComparison.Ordinal) ? JsonNamingPolicy.CamelCase.ConvertName(name) : name;
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
