namespace Loky.Samples;

/// <summary>Something the sample asserts did not hold.</summary>
public sealed class SampleException(string message) : Exception(message);
