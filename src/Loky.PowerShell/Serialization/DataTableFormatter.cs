using System.Data;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Loky.PowerShell.Serialization;

/// <summary>Tables of rows and columns, and single rows of them. The types of columns are plain values; a column of another type
/// becomes one of any objects, and the values of a column with an expression come without it.</summary>
internal static class DataTableFormatter
{
    private const int ColumnParts = 9;

    // Rows tell their table by this, so that those of one table share it.
    private static readonly ConditionalWeakTable<DataTable, object> Layouts = [];

    private static readonly HashSet<Type> ColumnTypes =
    [
        typeof(bool), typeof(char), typeof(sbyte), typeof(byte), typeof(short), typeof(ushort), typeof(int), typeof(uint),
        typeof(long), typeof(ulong), typeof(float), typeof(double), typeof(decimal), typeof(string), typeof(DateTime),
        typeof(DateTimeOffset), typeof(TimeSpan), typeof(Guid), typeof(Uri), typeof(byte[]), typeof(char[]), typeof(object),
    ];

    public static void Write(PSWriteSession session, object value) =>
        session.WriteComposite((DataTable)value, PSComposite.DataTable, 2, static (session, table) =>
        {
            WriteLayout(session, table);
            session.Writer.WriteArrayHeader(checked(table.Rows.Count * 3));
            int number = 0;
            foreach (DataRow row in table.Rows)
            {
                session.At(number++);
                WriteRow(session, row);
            }
        });

    /// <summary>Writes one row. The other side gets it in a table that has the rows of this value.</summary>
    public static void WriteRowValue(PSWriteSession session, object value) =>
        session.WriteComposite((DataRow)value, PSComposite.DataRow, 4, static (session, row) =>
        {
            object layout = Layouts.GetOrCreateValue(row.Table);
            if (!session.TryWriteReference(layout))
            {
                session.AddReference(layout);
                session.BeginComposite(PSComposite.DataTable, 2);
                WriteLayout(session, row.Table);
                session.Writer.WriteArrayHeader(0);
            }

            WriteRow(session, row);
        });

    public static DataTable Read(ref WireReader reader, PSReadSession session, int slot)
    {
        DataTable table = ReadLayout(ref reader, session);
        session.Register(slot, table);
        int parts = reader.ReadArrayHeader();
        reader.Enter();
        table.BeginLoadData();
        for (int i = 0; i + 2 < parts; i += 3)
        {
            _ = ReadRow(ref reader, session, table);
        }

        table.EndLoadData();
        reader.Leave();
        return table;
    }

    public static DataRow ReadRowValue(ref WireReader reader, PSReadSession session)
    {
        DataTable table = session.Require<DataTable>(ref reader);
        return ReadRow(ref reader, session, table);
    }

    /// <summary>Writes which columns of a table a key or a relation has.</summary>
    public static void WriteOrdinals(PSWriteSession session, DataColumn[] columns)
    {
        session.Writer.WriteArrayHeader(columns.Length);
        foreach (DataColumn column in columns)
        {
            session.Writer.Write(column.Ordinal);
        }
    }

    public static DataColumn[] ReadOrdinals(ref WireReader reader, DataTable table)
    {
        var columns = new DataColumn[reader.ReadArrayHeader()];
        for (int i = 0; i < columns.Length; i++)
        {
            columns[i] = table.Columns[reader.ReadInt32()];
        }

        return columns;
    }

    /// <summary>Writes name, namespace, whether case counts, culture, columns, and which of them are the primary key.</summary>
    private static void WriteLayout(PSWriteSession session, DataTable table)
    {
        session.Writer.WriteArrayHeader(6);
        StringFormatter.Write(session.Writer, table.TableName);
        StringFormatter.Write(session.Writer, table.Namespace);
        session.Writer.Write(table.CaseSensitive);
        session.Writer.Write(table.Locale.Name);
        session.Writer.WriteArrayHeader(checked(table.Columns.Count * ColumnParts));
        foreach (DataColumn column in table.Columns)
        {
            bool computed = column.Expression.Length > 0;
            StringFormatter.Write(session.Writer, column.ColumnName);
            session.Types.Write(ColumnTypes.Contains(column.DataType) ? column.DataType : typeof(object));
            StringFormatter.Write(session.Writer, column.Caption);
            session.Writer.Write(column.AllowDBNull);
            session.Writer.Write(column.ReadOnly && !computed);
            session.Writer.Write(column.Unique && !computed);
            session.Writer.Write(column.MaxLength);
            session.Writer.Write((int)column.DateTimeMode);
            session.WriteValue(column.AutoIncrement && !computed ? new long[] { column.AutoIncrementSeed, column.AutoIncrementStep } : null);
        }

        WriteOrdinals(session, table.PrimaryKey);
    }

    private static DataTable ReadLayout(ref WireReader reader, PSReadSession session)
    {
        reader.ReadArrayHeader(6);
        reader.Enter();
        var table = new DataTable(StringFormatter.Read(ref reader), StringFormatter.Read(ref reader))
        {
            CaseSensitive = reader.ReadBoolean(),
            Locale = CultureInfo.GetCultureInfo(reader.ReadRequiredString()),
        };
        int parts = reader.ReadArrayHeader();
        reader.Enter();
        for (int i = 0; i + ColumnParts <= parts; i += ColumnParts)
        {
            ReadColumn(ref reader, session, table);
        }

        reader.Leave();
        table.PrimaryKey = ReadOrdinals(ref reader, table);
        reader.Leave();
        return table;
    }

    private static void ReadColumn(ref WireReader reader, PSReadSession session, DataTable table)
    {
        string? name = StringFormatter.Read(ref reader);
        Type? type = session.Types.TryRead(ref reader, isValue: false);
        var column = new DataColumn(name, type is not null && ColumnTypes.Contains(type) ? type : typeof(object))
        {
            Caption = StringFormatter.Read(ref reader),
            AllowDBNull = reader.ReadBoolean(),
            ReadOnly = reader.ReadBoolean(),
        };
        table.Columns.Add(column);
        column.Unique = reader.ReadBoolean();
        int length = reader.ReadInt32();
        if (length >= 0 && column.DataType == typeof(string))
        {
            column.MaxLength = length;
        }

        var mode = (DataSetDateTime)reader.ReadInt32();
        if (column.DataType == typeof(DateTime))
        {
            column.DateTimeMode = mode;
        }

        if (session.ReadValue(ref reader) is long[] { Length: 2 } increment)
        {
            column.AutoIncrement = true;
            column.AutoIncrementSeed = increment[0];
            column.AutoIncrementStep = increment[1];
        }
    }

    /// <summary>Writes the state of a row, its original values or nil, and its current values or nil.</summary>
    private static void WriteRow(PSWriteSession session, DataRow row)
    {
        session.Writer.Write((int)row.RowState);
        WriteValues(session, row, row.RowState is DataRowState.Modified or DataRowState.Deleted ? DataRowVersion.Original : null);
        WriteValues(session, row, row.RowState is DataRowState.Deleted ? null : DataRowVersion.Default);
    }

    private static void WriteValues(PSWriteSession session, DataRow row, DataRowVersion? version)
    {
        if (version is not { } which)
        {
            session.Writer.WriteNil();
            return;
        }

        session.Writer.WriteArrayHeader(row.Table.Columns.Count);
        foreach (DataColumn column in row.Table.Columns)
        {
            // Nothing in a column is DBNull, which nil is shorter for.
            object value = row[column, which];
            session.At(column.ColumnName);
            session.WriteValue(value is DBNull ? null : value);
        }
    }

    private static DataRow ReadRow(ref WireReader reader, PSReadSession session, DataTable table)
    {
        var state = (DataRowState)reader.ReadInt32();
        object?[]? original = ReadValues(ref reader, session, table);
        object?[]? current = ReadValues(ref reader, session, table);
        DataRow row = table.NewRow();
        row.ItemArray = original ?? current ?? [];
        if (state == DataRowState.Detached)
        {
            return row;
        }

        table.Rows.Add(row);
        if (state == DataRowState.Added)
        {
            return row;
        }

        row.AcceptChanges();
        if (state == DataRowState.Deleted)
        {
            row.Delete();
        }
        else if (state == DataRowState.Modified)
        {
            Change(row, current ?? []);
        }

        return row;
    }

    private static void Change(DataRow row, object?[] items)
    {
        row.SetModified();
        for (int i = 0; i < items.Length; i++)
        {
            // What is read-only has not changed.
            if (!row.Table.Columns[i].ReadOnly)
            {
                row[i] = items[i];
            }
        }
    }

    private static object?[]? ReadValues(ref WireReader reader, PSReadSession session, DataTable table)
    {
        if (reader.TryReadNil())
        {
            return null;
        }

        reader.ReadArrayHeader(table.Columns.Count);
        reader.Enter();
        var read = new object?[table.Columns.Count];
        for (int i = 0; i < read.Length; i++)
        {
            object? value = ObjectArrayFormatter.Fit(session.ReadValue(ref reader), table.Columns[i].DataType) ?? DBNull.Value;
            read[i] = value is DBNull || table.Columns[i].DataType.IsInstanceOfType(value)
                ? value
                : throw new FormatException(MessageText.Format(Messages.PSValueWrongType, value.GetType(), table.Columns[i].DataType));
        }

        reader.Leave();
        return read;
    }
}
