using System.Xml;

namespace Loky.PowerShell.Serialization;

/// <summary>Nodes of XML documents: the kind, and a document whose root has nothing but the node, and the namespaces that the
/// node is in. They come back as what they are, without what else is around them in their document.</summary>
internal static class XmlNodeFormatter
{
    private const string Declarations = "http://www.w3.org/2000/xmlns/";

    public static void Write(PSWriteSession session, object value)
    {
        var node = (XmlNode)value;
        if (!CanWrite(node))
        {
            PropertyBagFormatter.Write(session, value);
        }
        else
        {
            session.WriteComposite(node, PSComposite.XmlNode, 2, static (session, node) =>
            {
                session.Writer.Write((int)node.NodeType);
                StringFormatter.Write(session.Writer, RootAround(node).OuterXml);
            });
        }
    }

    public static XmlNode Read(ref WireReader reader)
    {
        var kind = (XmlNodeType)reader.ReadInt32();
        var document = (XmlDocument)RareFormatters.ToXmlDocument(StringFormatter.Read(ref reader) ?? string.Empty);
        XmlElement? root = document.DocumentElement;
        XmlNode? node = kind == XmlNodeType.Attribute
            ? root?.Attributes.Cast<XmlNode>().MinBy(static attribute => attribute.NamespaceURI == Declarations)
            : root?.FirstChild;
        return node is not null && node.NodeType == kind
            ? node
            : throw new FormatException(MessageText.Format(Messages.PSValueUnknownCode, (int)kind, nameof(XmlNodeType)));
    }

    private static bool CanWrite(XmlNode node) => node.NodeType switch
    {
        XmlNodeType.Text => node.Value is { Length: > 0 },
        XmlNodeType.Attribute => node.NamespaceURI != Declarations,
        XmlNodeType.Element or XmlNodeType.CDATA or XmlNodeType.Comment or XmlNodeType.ProcessingInstruction
            or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace => true,
        _ => false,
    };

    private static XmlElement RootAround(XmlNode node)
    {
        var document = new XmlDocument { XmlResolver = null };
        XmlNode copy = document.ImportNode(node, deep: true);
        if (copy is XmlAttribute attribute)
        {
            XmlElement owner = document.CreateElement("x");
            owner.SetAttributeNode(attribute);
            return owner;
        }

        // Declared at the root, they need not be at the node, where they would be attributes that it does not have.
        Dictionary<string, string> namespaces = NamespacesAround(node);
        XmlElement root = document.CreateElement(string.Empty, "x", namespaces.GetValueOrDefault("xmlns", string.Empty));
        foreach ((string name, string address) in namespaces.Where(static name => name.Key != "xmlns"))
        {
            root.SetAttribute(name, address);
        }

        root.AppendChild(copy);
        return root;
    }

    private static Dictionary<string, string> NamespacesAround(XmlNode node)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        for (XmlNode? current = node.ParentNode; current is not null; current = current.ParentNode)
        {
            IEnumerable<XmlAttribute> attributes = current.Attributes?.Cast<XmlAttribute>() ?? [];
            foreach (XmlAttribute attribute in attributes.Where(static attribute => attribute.NamespaceURI == Declarations))
            {
                _ = found.TryAdd(attribute.Name, attribute.Value);
            }
        }

        return found;
    }
}
