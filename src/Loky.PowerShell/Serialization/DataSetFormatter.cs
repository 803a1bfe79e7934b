using System.Data;
using System.Globalization;

namespace Loky.PowerShell.Serialization;

/// <summary>Sets of tables: name, namespace, whether case counts, culture, tables, and the relations between these.</summary>
internal static class DataSetFormatter
{
    private const int RelationParts = 5;

    public static void Write(PSWriteSession session, object value) =>
        session.WriteComposite((DataSet)value, PSComposite.DataSet, 6, static (session, set) =>
        {
            StringFormatter.Write(session.Writer, set.DataSetName);
            StringFormatter.Write(session.Writer, set.Namespace);
            session.Writer.Write(set.CaseSensitive);
            session.Writer.Write(set.Locale.Name);
            session.Writer.WriteArrayHeader(set.Tables.Count);
            foreach (DataTable table in set.Tables)
            {
                session.At(table.TableName);
                DataTableFormatter.Write(session, table);
            }

            session.Writer.WriteArrayHeader(checked(set.Relations.Count * RelationParts));
            foreach (DataRelation relation in set.Relations)
            {
                StringFormatter.Write(session.Writer, relation.RelationName);
                session.Writer.Write(set.Tables.IndexOf(relation.ParentTable));
                DataTableFormatter.WriteOrdinals(session, relation.ParentColumns);
                session.Writer.Write(set.Tables.IndexOf(relation.ChildTable));
                DataTableFormatter.WriteOrdinals(session, relation.ChildColumns);
            }
        });

    public static DataSet Read(ref WireReader reader, PSReadSession session, int slot)
    {
        var set = new DataSet
        {
            DataSetName = StringFormatter.Read(ref reader) ?? string.Empty,
            Namespace = StringFormatter.Read(ref reader) ?? string.Empty,
            CaseSensitive = reader.ReadBoolean(),
            Locale = CultureInfo.GetCultureInfo(reader.ReadRequiredString()),
        };
        session.Register(slot, set);
        int tables = reader.ReadArrayHeader();
        for (int i = 0; i < tables; i++)
        {
            set.Tables.Add(session.Require<DataTable>(ref reader));
        }

        int parts = reader.ReadArrayHeader();
        for (int i = 0; i + RelationParts <= parts; i += RelationParts)
        {
            string? name = StringFormatter.Read(ref reader);
            DataColumn[] parent = DataTableFormatter.ReadOrdinals(ref reader, set.Tables[reader.ReadInt32()]);
            DataColumn[] child = DataTableFormatter.ReadOrdinals(ref reader, set.Tables[reader.ReadInt32()]);
            set.Relations.Add(new DataRelation(name, parent, child, createConstraints: false));
        }

        return set;
    }
}
