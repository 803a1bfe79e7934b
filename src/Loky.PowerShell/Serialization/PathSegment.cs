namespace Loky.PowerShell.Serialization;

/// <summary>One step of the way from a value to the part of it that is being written.</summary>
internal readonly struct PathSegment
{
    private readonly int _indexPlusOne;

    /// <summary>Creates the step to a property, or to the element of an index if there is no name.</summary>
    public PathSegment(string? name, int index)
    {
        Name = name;
        _indexPlusOne = index + 1;
    }

    /// <summary>Gets the name of the property, if this is one.</summary>
    public string? Name { get; }

    /// <summary>Gets the index of the element, -1 if this is none.</summary>
    public int Index => _indexPlusOne - 1;
}
