using System.Data;
using System.Globalization;
using System.Runtime.CompilerServices;
using Loky.Wire;

namespace Loky.PowerShell.Serialization;

/// <summary>
/// Tables of rows and columns, and single rows of them. The types of columns are plain values; a column of another type
/// becomes one of any objects, and the values of a column with an expression come without it.
/// </summary>
internal static class DataTableCodec
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

    /// <summary>Writes a table.</summary>
    public static void Write(PSValueWriter writer, object value)
    {
        if (!writer.Begin(value))
        {
            return;
        }

        var table = (DataTable)value;
        writer.BeginComposite(PSComposite.DataTable, 2);
        WriteLayout(writer, table);
        writer.Out.WriteArrayHeader(checked(table.Rows.Count * 3));
        int number = 0;
        foreach (DataRow row in table.Rows)
        {
            writer.At(number++);
            WriteRow(writer, row);
        }

        writer.Leave();
    }

    /// <summary>Writes one row. The other side gets it in a table that has the rows of this value.</summary>
    public static void WriteRowValue(PSValueWriter writer, object value)
    {
        if (!writer.Begin(value))
        {
            return;
        }

        var row = (DataRow)value;
        object layout = Layouts.GetOrCreateValue(row.Table);
        writer.BeginComposite(PSComposite.DataRow, 4);
        if (!writer.TryWriteReference(layout))
        {
            writer.AddReference(layout);
            writer.BeginComposite(PSComposite.DataTable, 2);
            WriteLayout(writer, row.Table);
            writer.Out.WriteArrayHeader(0);
        }

        WriteRow(writer, row);
        writer.Leave();
    }

    /// <summary>Reads a table.</summary>
    public static DataTable Read(ref WireReader reader, PSValueReader values, int slot)
    {
        DataTable table = ReadLayout(ref reader, values);
        values.SetReference(slot, table);
        int parts = reader.ReadArrayHeader();
        reader.Enter();
        table.BeginLoadData();
        for (int i = 0; i + 2 < parts; i += 3)
        {
            _ = ReadRow(ref reader, values, table);
        }

        table.EndLoadData();
        reader.Leave();
        return table;
    }

    /// <summary>Reads one row.</summary>
    public static DataRow ReadRowValue(ref WireReader reader, PSValueReader values)
    {
        object? read = values.ReadValue(ref reader);
        return read is DataTable table
            ? ReadRow(ref reader, values, table)
            : throw new FormatException(MessageText.Format(Messages.PSValueWrongType, read?.GetType(), typeof(DataTable)));
    }

    /// <summary>Writes name, namespace, whether case counts, culture, columns, and which of them are the primary key.</summary>
    private static void WriteLayout(PSValueWriter writer, DataTable table)
    {
        writer.Out.WriteArrayHeader(6);
        ScalarEncoders.WriteString(writer, table.TableName);
        ScalarEncoders.WriteString(writer, table.Namespace);
        writer.Out.Write(table.CaseSensitive);
        writer.Out.Write(table.Locale.Name);
        writer.Out.WriteArrayHeader(checked(table.Columns.Count * ColumnParts));
        foreach (DataColumn column in table.Columns)
        {
            bool computed = column.Expression.Length > 0;
            ScalarEncoders.WriteString(writer, column.ColumnName);
            WireType.Write(writer, ColumnTypes.Contains(column.DataType) ? column.DataType : typeof(object));
            ScalarEncoders.WriteString(writer, column.Caption);
            writer.Out.Write(column.AllowDBNull);
            writer.Out.Write(column.ReadOnly && !computed);
            writer.Out.Write(column.Unique && !computed);
            writer.Out.Write(column.MaxLength);
            writer.Out.Write((int)column.DateTimeMode);
            writer.WriteValue(column.AutoIncrement && !computed ? new long[] { column.AutoIncrementSeed, column.AutoIncrementStep } : null);
        }

        writer.Out.WriteArrayHeader(table.PrimaryKey.Length);
        foreach (DataColumn column in table.PrimaryKey)
        {
            writer.Out.Write(column.Ordinal);
        }
    }

    private static DataTable ReadLayout(ref WireReader reader, PSValueReader values)
    {
        reader.ReadArrayHeader(6);
        reader.Enter();
        var table = new DataTable(PSValueReader.ReadText(ref reader), PSValueReader.ReadText(ref reader))
        {
            CaseSensitive = reader.ReadBoolean(),
            Locale = CultureInfo.GetCultureInfo(reader.ReadRequiredString()),
        };
        int parts = reader.ReadArrayHeader();
        reader.Enter();
        for (int i = 0; i + ColumnParts <= parts; i += ColumnParts)
        {
            ReadColumn(ref reader, values, table);
        }

        reader.Leave();
        var key = new DataColumn[reader.ReadArrayHeader()];
        for (int i = 0; i < key.Length; i++)
        {
            key[i] = table.Columns[reader.ReadInt32()];
        }

        table.PrimaryKey = key;
        reader.Leave();
        return table;
    }

    private static void ReadColumn(ref WireReader reader, PSValueReader values, DataTable table)
    {
        string? name = PSValueReader.ReadText(ref reader);
        Type? type = WireType.Read(ref reader, values);
        var column = new DataColumn(name, type is not null && ColumnTypes.Contains(type) ? type : typeof(object))
        {
            Caption = PSValueReader.ReadText(ref reader),
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

        if (values.ReadValue(ref reader) is long[] { Length: 2 } increment)
        {
            column.AutoIncrement = true;
            column.AutoIncrementSeed = increment[0];
            column.AutoIncrementStep = increment[1];
        }
    }

    /// <summary>Writes the state of a row, its original values or nil, and its current values or nil.</summary>
    private static void WriteRow(PSValueWriter writer, DataRow row)
    {
        writer.Out.Write((int)row.RowState);
        WriteValues(writer, row, row.RowState is DataRowState.Modified or DataRowState.Deleted ? DataRowVersion.Original : null);
        WriteValues(writer, row, row.RowState is DataRowState.Deleted ? null : DataRowVersion.Default);
    }

    private static void WriteValues(PSValueWriter writer, DataRow row, DataRowVersion? version)
    {
        if (version is not { } which)
        {
            writer.Out.WriteNil();
            return;
        }

        writer.Out.WriteArrayHeader(row.Table.Columns.Count);
        foreach (DataColumn column in row.Table.Columns)
        {
            // Nothing in a column is DBNull, which nil is shorter for.
            object value = row[column, which];
            writer.At(column.ColumnName);
            writer.WriteValue(value is DBNull ? null : value);
        }
    }

    private static DataRow ReadRow(ref WireReader reader, PSValueReader values, DataTable table)
    {
        var state = (DataRowState)reader.ReadInt32();
        object?[]? original = ReadValues(ref reader, values, table);
        object?[]? current = ReadValues(ref reader, values, table);
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

    private static void Change(DataRow row, object?[] values)
    {
        row.SetModified();
        for (int i = 0; i < values.Length; i++)
        {
            // What is read-only has not changed.
            if (!row.Table.Columns[i].ReadOnly)
            {
                row[i] = values[i];
            }
        }
    }

    private static object?[]? ReadValues(ref WireReader reader, PSValueReader values, DataTable table)
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
            object? value = GenericDecoder.Fit(values.ReadValue(ref reader), table.Columns[i].DataType) ?? DBNull.Value;
            read[i] = value is DBNull || table.Columns[i].DataType.IsInstanceOfType(value)
                ? value
                : throw new FormatException(MessageText.Format(Messages.PSValueWrongType, value.GetType(), table.Columns[i].DataType));
        }

        reader.Leave();
        return read;
    }
}
