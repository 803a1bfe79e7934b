// What the tests with random values make and compare; in C#, where nothing is wrapped or enumerated on the way.
using System;
using System.Collections;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Collections.Specialized;
using System.Linq;
using System.Management.Automation;
using System.Numerics;
using System.Runtime.CompilerServices;

/// <summary>Makes nested values that refer to one another.</summary>
public sealed class LokyRandomValues
{
    private readonly Random _random;
    private readonly List<object> _made = new List<object>();
    private readonly bool _wild;
    private int _left;

    /// <summary>Begins a sequence of values; wild ones are also of types that do not come back as they are.</summary>
    public LokyRandomValues(int seed, bool wild) { _random = new Random(seed); _wild = wild; }

    /// <summary>Makes the next value.</summary>
    public object Next()
    {
        _made.Clear();
        _left = 40;
        return Container(0);
    }

    private object Value(int depth)
    {
        int kind = _random.Next(10);
        if (kind < 4 || depth > 6 || --_left < 0) { return Scalar(); }
        if (kind < 6) { return WrappedScalar(); }
        return kind < 8 && _made.Count > 0 ? _made[_random.Next(_made.Count)] : Container(depth + 1);
    }

    private object Scalar()
    {
        switch (_random.Next(18))
        {
            case 0: return null;
            case 1: return _random.Next();
            case 2: return (long)_random.Next(100);
            case 3: return _random.NextDouble();
            case 4: return (decimal)_random.NextDouble();
            case 5: return _random.Next(2) == 0;
            case 6: return (char)_random.Next(0x10000);
            case 7: return new DateTime(_random.NextInt64(DateTime.MaxValue.Ticks), (DateTimeKind)_random.Next(3));
            case 8: return new Version(1, _random.Next(9));
            case 9: return (DayOfWeek)_random.Next(7);
            case 10: return new BigInteger(_random.NextInt64()) * 1000;
            case 11: return (byte)_random.Next(256);
            case 12: return new Uri("http://h/" + _random.Next(9));
            case 13: return TimeSpan.FromTicks(_random.Next());
            case 14: return "\ud800" + (char)_random.Next(0x10000);
            case 15: return string.Empty;
            default: return Text();
        }
    }

    private string Text() { return "t" + _random.Next(30); }

    private PSObject WrappedScalar()
    {
        object value = Scalar();
        var wrapper = new PSObject(value ?? (object)Text());
        if (_random.Next(4) == 0)
        {
            wrapper.Properties.Add(new PSNoteProperty("note", Value(7)));
            _made.Add(wrapper);
        }

        return wrapper;
    }

    // Elements of a collection of wrappers: wrappers, which is what PowerShell itself puts there, and nulls.
    private PSObject Wrapped(int depth)
    {
        object value = Value(depth);
        return value == null ? null : PSObject.AsPSObject(value);
    }

    private object Container(int depth)
    {
        int count = _random.Next(5);
        if (_wild && _random.Next(2) == 0) { return Wild(depth, count); }
        switch (_random.Next(20))
        {
            case 0: return Fill(new Hashtable(StringComparer.OrdinalIgnoreCase), depth, count);
            case 1: return Fill(new Hashtable(), depth, count);
            case 2: return Fill(new OrderedDictionary(StringComparer.OrdinalIgnoreCase), depth, count);
            case 3: case 4: return Fill(new ArrayList(), depth, count);
            case 5: return Fill(new object[count], depth);
            case 6: return Fill(new PSObject[count], depth);
            case 7: return Fill(new PSObject[2, count], depth);
            case 8: return Each(new List<PSObject>(), depth, count, (list, item) => list.Add(item));
            case 9: return Each(new Collection<PSObject>(), depth, count, (list, item) => list.Add(item));
            case 10: return Each(new Queue<PSObject>(), depth, count, (list, item) => list.Enqueue(item));
            case 11: return Each(new Stack<PSObject>(), depth, count, (list, item) => list.Push(item));
            case 12: return Each(new Dictionary<string, PSObject>(StringComparer.OrdinalIgnoreCase), depth, count, (map, item) => map["k" + map.Count] = item);
            case 13: return Enumerable.Range(0, count).Select(n => new PSObject("s" + n)).ToHashSet();
            case 14: return Enumerable.Range(0, count).ToList();
            case 15: return Enumerable.Range(0, count).Select(n => Text()).ToArray();
            case 16: return Extended(Fill(new ArrayList(), depth, count), depth);
            case 17: return Extended(Fill(new object[count], depth), depth);
            default: return Custom(depth, count);
        }
    }

    private object Wild(int depth, int count)
    {
        switch (_random.Next(16))
        {
            case 0: case 1: return Faulty(depth, count);
            case 2:
                var held = new ArrayList();
                _made.Add(held);
                var error = new ErrorRecord(Earlier<Exception>() ?? Faulty(depth, count), "id", ErrorCategory.NotSpecified, held);
                _made.Add(error);
                Fill(held, depth, count);
                return error;
            case 3:
                var data = new Hashtable();
                var record = new InformationRecord(data, "source");
                _made.Add(record);
                Fill(data, depth, count);
                return record;
            case 4:
                var linked = new LinkedList<object>();
                _made.Add(linked);
                for (int i = 0; i < count; i++) { linked.AddLast(Value(depth)); }
                return linked;
            case 5: return Fill(new System.Collections.Concurrent.ConcurrentDictionary<object, object>(), depth, count);
            case 6: return Fill(new SortedList(Comparer<object>.Create((one, other) => string.CompareOrdinal(one.ToString(), other.ToString()))), depth, count);
            case 7: return new KeyValuePair<object, object>(Value(depth), Value(depth));
            case 8: return new DictionaryEntry(Value(depth) ?? 0, Value(depth));
            case 9: return new System.Text.StringBuilder("s");
            case 10: case 11: return Extended(new Version(1, 2), depth);
            case 12: return Extended(Earlier<object>() ?? new object(), depth);
            case 13: return new List<Exception> { Earlier<Exception>(), Faulty(depth, count) };
            default:
                var holder = new LokyHolder();
                _made.Add(holder);
                holder.One = Value(depth);
                holder.Other = Value(depth);
                return holder;
        }
    }

    private T Earlier<T>() where T : class
    {
        T[] made = _made.OfType<T>().ToArray();
        return made.Length == 0 ? null : made[_random.Next(made.Length)];
    }

    private Exception Faulty(int depth, int count)
    {
        Exception inner = Earlier<Exception>();
        Exception fault = _random.Next(3) == 0 ? new AggregateException("several", new[] { inner ?? new FormatException("f"), new Exception("e") })
            : new InvalidOperationException("one", inner);
        _made.Add(fault);
        for (int i = 0; i < count; i++) { fault.Data["k" + i] = Value(depth); }
        if (_random.Next(4) == 0) { fault.Data[fault] = 1; }
        return fault;
    }

    private T Each<T>(T collection, int depth, int count, Action<T, PSObject> add)
    {
        _made.Add(collection);
        for (int i = 0; i < count; i++) { add(collection, Wrapped(depth)); }
        return collection;
    }

    private IDictionary Fill(IDictionary map, int depth, int count)
    {
        _made.Add(map);
        for (int i = 0; i < count; i++) { map[_random.Next(3) == 0 ? (object)i : "k" + i] = Value(depth); }
        return map;
    }

    private ArrayList Fill(ArrayList list, int depth, int count)
    {
        _made.Add(list);
        for (int i = 0; i < count; i++) { list.Add(Value(depth)); }
        return list;
    }

    private Array Fill(Array array, int depth)
    {
        _made.Add(array);
        bool wrapped = array.GetType().GetElementType() == typeof(PSObject);
        var at = new int[array.Rank];
        for (int i = 0; i < array.Length; i++)
        {
            array.SetValue(wrapped ? Wrapped(depth) : Value(depth), at);
            for (int d = at.Length - 1; d >= 0 && ++at[d] == array.GetLength(d); d--) { at[d] = 0; }
        }

        return array;
    }

    private PSObject Extended(object value, int depth)
    {
        var wrapper = new PSObject(value);
        if (wrapper.Properties["note"] == null) { wrapper.Properties.Add(new PSNoteProperty("note", Value(depth))); }
        return wrapper;
    }

    private PSObject Custom(int depth, int count)
    {
        var custom = new PSObject();
        _made.Add(custom);
        if (_random.Next(4) == 0) { custom.TypeNames.Insert(0, "My.Type"); }
        for (int i = 0; i < count; i++) { custom.Properties.Add(new PSNoteProperty("p" + i, Value(depth))); }
        return custom;
    }
}

/// <summary>An object that becomes a property bag.</summary>
public sealed class LokyHolder
{
    public object One { get; set; }
    public object Other { get; set; }
}

/// <summary>Finds the first difference between a value and its copy: of types, values, members, and of what is the same object.</summary>
public sealed class LokyDifference
{
    private readonly Dictionary<object, object> _copies = new Dictionary<object, object>(ReferenceEqualityComparer.Instance);
    private readonly HashSet<object> _taken = new HashSet<object>(ReferenceEqualityComparer.Instance);

    /// <summary>Gets the place of the first difference, or null.</summary>
    public static string Find(object value, object copy) { return new LokyDifference().Of(value, copy, "$_", false); }

    private string Of(object value, object copy, string path, bool wrapped)
    {
        if (value == null || copy == null) { return value == copy ? null : path + ": null"; }
        if (wrapped && !(value is PSObject && copy is PSObject)) { return path + ": not wrapped"; }
        PSObject[] wrappers = { PSObject.AsPSObject(value), PSObject.AsPSObject(copy) };
        object[] bare = wrappers.Select(one => one.BaseObject is PSCustomObject ? one : one.BaseObject).ToArray();
        if (bare[0].GetType() != bare[1].GetType()) { return path + ": " + bare[0].GetType() + " became " + bare[1].GetType(); }
        bool scalar = bare[0] is string || bare[0] is ValueType || bare[0] is Version || bare[0] is Uri;
        if (scalar && !bare[0].Equals(bare[1])) { return path + ": " + bare[0] + " became " + bare[1]; }
        PSNoteProperty[][] notes = wrappers.Select(one => one.Properties.Where(p => p.IsInstance).OfType<PSNoteProperty>().ToArray()).ToArray();
        if (!notes[0].Select(n => n.Name).SequenceEqual(notes[1].Select(n => n.Name))) { return path + ": other members"; }
        if (scalar && notes[0].Length == 0) { return null; }

        // What members are added to is the wrapper of a text or number, and else the object. No empty array is any other's.
        int part = bare[0] is string || bare[0] is ValueType ? 1 : 0;
        object[] keys = part == 1 ? wrappers : bare;
        object known;
        if (_copies.TryGetValue(keys[0], out known)) { return ReferenceEquals(known, keys[1]) ? null : path + ": no longer the same object"; }
        bool empty = bare[0] is Array array && array.Length == 0 && notes[0].Length == 0;
        if (!empty)
        {
            _copies.Add(keys[0], keys[1]);
            if (!_taken.Add(keys[1])) { return path + ": two objects became one"; }
        }

        for (int i = 0; i < notes[0].Length; i++)
        {
            string found = Of(notes[0][i].Value, notes[1][i].Value, path + "." + notes[0][i].Name, false);
            if (found != null) { return found; }
        }

        if (!scalar && bare[0] is PSObject) { return wrappers[0].TypeNames.SequenceEqual(wrappers[1].TypeNames) ? null : path + ": type names"; }
        return scalar ? null : OfParts(bare[0], bare[1], path);
    }

    private string OfParts(object value, object copy, string path)
    {
        if (value is IDictionary map)
        {
            var other = (IDictionary)copy;
            if (map.Count != other.Count) { return path + ": count"; }
            foreach (object key in map.Keys)
            {
                if (!other.Contains(key)) { return path + "." + key + ": missing"; }
                string found = Of(map[key], other[key], path + "." + key, value is Dictionary<string, PSObject>);
                if (found != null) { return found; }
            }

            return value is OrderedDictionary && !map.Keys.Cast<object>().SequenceEqual(other.Keys.Cast<object>()) ? path + ": order" : null;
        }

        bool wrapped = value is IEnumerable<PSObject>
            || value is Array { Rank: > 1 };
        object[] items = ((IEnumerable)value).Cast<object>().ToArray();
        object[] others = ((IEnumerable)copy).Cast<object>().ToArray();
        if (items.Length != others.Length) { return path + ": count"; }
        for (int i = 0; i < items.Length; i++)
        {
            if (wrapped && items[i] == null && others[i] == null) { continue; }
            string found = Of(items[i], others[i], path + "[" + i + "]", wrapped);
            if (found != null) { return found; }
        }

        return null;
    }
}
