using System.Data;
using System.Globalization;
using Loky.Wire;

namespace Loky.PowerShell.Serialization;

/// <summary>Sets of tables: name, namespace, whether case counts, culture, tables, and the relations between these.</summary>
internal static class DataSetCodec
{
    private const int RelationParts = 5;

    /// <summary>Writes a set.</summary>
    public static void Write(PSValueWriter writer, object value)
    {
        if (!writer.Begin(value))
        {
            return;
        }

        var set = (DataSet)value;
        writer.BeginComposite(PSComposite.DataSet, 6);
        ScalarEncoders.WriteString(writer, set.DataSetName);
        ScalarEncoders.WriteString(writer, set.Namespace);
        writer.Out.Write(set.CaseSensitive);
        writer.Out.Write(set.Locale.Name);
        writer.Out.WriteArrayHeader(set.Tables.Count);
        foreach (DataTable table in set.Tables)
        {
            writer.At(table.TableName);
            DataTableCodec.Write(writer, table);
        }

        writer.Out.WriteArrayHeader(checked(set.Relations.Count * RelationParts));
        foreach (DataRelation relation in set.Relations)
        {
            ScalarEncoders.WriteString(writer, relation.RelationName);
            writer.Out.Write(set.Tables.IndexOf(relation.ParentTable));
            WriteColumns(writer, relation.ParentColumns);
            writer.Out.Write(set.Tables.IndexOf(relation.ChildTable));
            WriteColumns(writer, relation.ChildColumns);
        }

        writer.Leave();
    }

    /// <summary>Reads a set.</summary>
    public static DataSet Read(ref WireReader reader, PSValueReader values, int slot)
    {
        var set = new DataSet
        {
            DataSetName = PSValueReader.ReadText(ref reader) ?? string.Empty,
            Namespace = PSValueReader.ReadText(ref reader) ?? string.Empty,
            CaseSensitive = reader.ReadBoolean(),
            Locale = CultureInfo.GetCultureInfo(reader.ReadRequiredString()),
        };
        values.SetReference(slot, set);
        int tables = reader.ReadArrayHeader();
        for (int i = 0; i < tables; i++)
        {
            object? read = values.ReadValue(ref reader);
            set.Tables.Add(((read as System.Management.Automation.PSObject)?.BaseObject ?? read) as DataTable ?? throw new FormatException(
                MessageText.Format(Messages.PSValueWrongType, read?.GetType(), typeof(DataTable))));
        }

        int parts = reader.ReadArrayHeader();
        for (int i = 0; i + RelationParts <= parts; i += RelationParts)
        {
            string? name = PSValueReader.ReadText(ref reader);
            DataColumn[] parent = ReadColumns(ref reader, set.Tables[reader.ReadInt32()]);
            DataColumn[] child = ReadColumns(ref reader, set.Tables[reader.ReadInt32()]);
            set.Relations.Add(new DataRelation(name, parent, child, createConstraints: false));
        }

        return set;
    }

    private static void WriteColumns(PSValueWriter writer, DataColumn[] columns)
    {
        writer.Out.WriteArrayHeader(columns.Length);
        foreach (DataColumn column in columns)
        {
            writer.Out.Write(column.Ordinal);
        }
    }

    private static DataColumn[] ReadColumns(ref WireReader reader, DataTable table)
    {
        var columns = new DataColumn[reader.ReadArrayHeader()];
        for (int i = 0; i < columns.Length; i++)
        {
            columns[i] = table.Columns[reader.ReadInt32()];
        }

        return columns;
    }
}
